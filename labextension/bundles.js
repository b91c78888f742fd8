// Packs the scripts that draw figures in reports and puts them where reports read them, with their licences: parts of
// Plotly (the strict one draws every trace without making code of strings), Vega with its interpreter, and Bokeh.
const fs = require('fs');
const path = require('path');
const { gzipSync } = require('zlib');

const SCRIPTS = {
  'plotly-basic.js': 'plotly.js-basic-dist-min/plotly-basic.min.js',
  'plotly-cartesian.js': 'plotly.js-cartesian-dist-min/plotly-cartesian.min.js',
  'plotly-geo.js': 'plotly.js-geo-dist-min/plotly-geo.min.js',
  'plotly-strict.js': 'plotly.js-strict-dist-min/plotly-strict.min.js',
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
fs.mkdirSync(target, { recursive: true });
const licences = {};
for (const [name, file] of Object.entries(SCRIPTS)) {
  const script = fs.readFileSync(path.join(modules, file), 'utf8');
  const plain = name === 'vega-interpreter.js' ? asScript(script) : script;
  fs.writeFileSync(path.join(target, `${name}.gz`), gzipSync(plain, { level: 9, memLevel: 6 }));
  const home = path.join(modules, ...file.split('/').slice(0, file.startsWith('@') ? 2 : 1));
  const { name: called, version } = JSON.parse(
    fs.readFileSync(path.join(home, 'package.json'), 'utf8')
  );
  licences[`${called} ${version}`] = fs.readFileSync(path.join(home, 'LICENSE'), 'utf8').trim();
}
const text = Object.entries(licences).map(([called, licence]) => `${called}\n\n${licence}\n`);
fs.writeFileSync(path.join(target, 'LICENSES.txt'), text.join(`\n${'-'.repeat(80)}\n\n`));
