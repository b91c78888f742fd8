/** A number with its noun in the right form: “1 row”, “2,000 rows”. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
