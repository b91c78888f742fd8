// Writes the style sheet as the bundle has it: without comments and blanks.
const fs = require('fs');
const path = require('path');

const source = fs.readFileSync(path.join(__dirname, 'style', 'base.css'), 'utf-8');
const small = source
  .replace(/\/\*[^]*?\*\//g, '')
  .replace(/\s+/g, ' ')
  .replace(/ ?([{};,>]) ?/g, '$1')
  .replace(/: /g, ':');
fs.mkdirSync(path.join(__dirname, 'lib'), { recursive: true });
fs.writeFileSync(path.join(__dirname, 'lib', 'base.css'), small);
