"""What comes out of the sandbox is forged until shown otherwise; here it is read, checked and rebuilt."""
