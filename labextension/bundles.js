// Packs the scripts that draw figures in reports and puts them where reports read them, with their licences: Plotly in
// pieces (its strict script draws every trace without making code of strings), Vega with its interpreter, and Bokeh.
const fs = require('fs');
const path = require('path');
const { pack } = require('./pack');
const { plotlyPieces } = require('./plotly_pieces');

const SCRIPTS = {
  'plotly.js': 'plotly.js-strict-dist-min/plotly-strict.min.js',
  'vega.js': 'vega/build/vega.min.js',
  'vega-lite.js': 'vega-lite/build/vega-lite.min.js',
  'vega-interpreter.js': 'vega-interpreter/build/vega-interpreter.js',
  'bokeh.js': '@bokeh/bokehjs/build/js/bokeh.min.js',
  'bokeh-tables.js': '@bokeh/bokehjs/build/js/bokeh-tables.min.js',
  'bokeh-widgets.js': '@bokeh/bokehjs/build/js/bokeh-widgets.min.js'
};

// The interpreter comes as a module alone.
function asScript(module) {
  const body = module
    .replace(/^import \{([^}]*)\} from 'vega-util';/m, 'const {$1} = globalThis.vega;')
    .replace(
      /^export \{ expression as expressionInterpreter \};/m,
      'globalThis.vega = { ...globalThis.vega, expressionInterpreter: expression };'
    );
  return `(() => {\n${body}\n})();\n`;
}

const modules = path.join(__dirname, 'node_modules');
const target = path.join(__dirname, '..', 'analyst_magic', 'report', 'bundles');
fs.rmSync(target, { recursive: true, force: true });
fs.mkdirSync(target, { recursive: true });
const changes = { 'plotly.js': plotlyPieces, 'vega-interpreter.js': asScript };
const licences = {};
for (const [name, file] of Object.entries(SCRIPTS)) {
  const script = fs.readFileSync(path.join(modules, file), 'utf8');
  fs.writeFileSync(path.join(target, name), changes[name]?.(script) ?? script);
  const home = path.join(modules, ...file.split('/').slice(0, file.startsWith('@') ? 2 : 1));
  const { name: called, version } = JSON.parse(
    fs.readFileSync(path.join(home, 'package.json'), 'utf8')
  );
  licences[`${called} ${version}`] = fs.readFileSync(path.join(home, 'LICENSE'), 'utf8').trim();
}
const text = Object.entries(licences).map(([called, licence]) => `${called}\n\n${licence}\n`);
pack(target);
fs.writeFileSync(path.join(target, 'LICENSES.txt'), text.join(`\n${'-'.repeat(80)}\n\n`));
