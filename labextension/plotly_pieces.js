// Cuts Plotly's strict script into pieces, so that a page gets those alone that its types of trace need.
//
// esbuild wrote the script as one function of some thousand declarations, nearly all of which are modules that run when
// they are first asked for. So a declaration can be left out where nothing that stays names it. A piece holds the
// declarations that the same types of trace need; the first holds what all of them need.
const ts = require('typescript');

// They draw on tiles, which are on the network: reports draw them on outlines.
const ON_TILES = /^(scatter|choropleth|density)map$/;

/**
 * @param {string} source The text of `plotly-strict.min.js`.
 * @returns {string} A line of JSON that says how to put a script together of the pieces, then the pieces: `head` and
 *   `tail` of each script, `pieces` with their bytes and the types that need them (none: all do), the name of the `core`,
 *   and of the `modules` that the core has to register, by type.
 */
function plotlyPieces(source) {
  const { scope, head, tail } = wrapped(source);
  const units = scope.statements.flatMap(statement => declared(statement, source));
  const owner = new Map(units.flatMap(unit => (unit.name ? [[unit.name, unit]] : [])));
  units.forEach(
    unit => (unit.needs = [...unit.words].map(word => owner.get(word)).filter(Boolean))
  );
  units.filter(unit => unit.fills).forEach(unit => owner.get(unit.fills).needs.push(unit));
  const entry = owner.get(/return ([\w$]+)\(\)/.exec(units.at(-1).text)[1]);
  const core = owner.get(/=([\w$]+)\(\);/.exec(entry.text)[1]);
  const registered = /register\(\[([^\]]*)\]/.exec(entry.text)[1].match(/[\w$]+/g);
  const always = reached([core, ...units.filter(unit => unit.runs)]);
  const modules = {};
  const users = new Map();
  for (const name of registered) {
    const own = [...reached([owner.get(name)])].filter(unit => !always.has(unit));
    const [, kind, type] = kindOf(name, own);
    if (ON_TILES.test(type)) continue;
    modules[type] = name;
    if (kind === 'component') own.forEach(unit => always.add(unit));
    own.forEach(unit => users.set(unit, [...(users.get(unit) ?? []), type]));
  }
  const pieces = new Map([['', []]]);
  for (const unit of units.slice(0, -1)) {
    const wanted = always.has(unit) ? '' : users.get(unit)?.join(' ');
    if (wanted !== undefined) pieces.set(wanted, [...(pieces.get(wanted) ?? []), unit.text]);
  }
  const texts = [...pieces.values()].map(part => part.join('\n') + '\n');
  const sizes = [...pieces.keys()].map((types, n) => [Buffer.byteLength(texts[n]), types]);
  const index = { head, pieces: sizes, core: core.name, modules, tail };
  return `${JSON.stringify(index)}\n${texts.join('')}`;
}

/** The function that holds all declarations, and the text before and behind them. */
function wrapped(source) {
  const file = ts.createSourceFile(
    'plotly.js',
    source,
    ts.ScriptTarget.ESNext,
    true,
    ts.ScriptKind.JS
  );
  let scope;
  const look = node => {
    if (ts.isVariableDeclaration(node) && node.name.getText(file) === 'Plotly') {
      let made = node.initializer.expression; // (() => { ... })()
      while (ts.isParenthesizedExpression(made)) made = made.expression;
      scope = made.body;
    } else if (!scope) ts.forEachChild(node, look);
  };
  look(file);
  const { statements } = scope;
  return {
    scope,
    head: source.slice(0, statements[0].getStart(file)),
    tail: source.slice(statements.at(-1).end)
  };
}

/** The declarations of a statement: each with its text, the names it uses, and whether it runs at once. */
function declared(statement, source) {
  const of = (node, text, name) => ({ text, name, words: words(node) });
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(node => {
      const lazy = !node.initializer || /^(X|nu)\(/.test(node.initializer.getText());
      return { ...of(node, `var ${node.getText()};`, node.name.getText()), runs: !lazy };
    });
  const text = statement.getText();
  if (ts.isFunctionDeclaration(statement)) return [of(statement, text, statement.name.text)];
  return [{ ...of(statement, text), fills: /^[\w$]+\(([\w$]+),\{/.exec(text)?.[1] }];
}

/** All names that a part of the script uses; some are its own, which does no harm. */
function words(node) {
  const found = new Set();
  const look = child => {
    if (ts.isIdentifier(child)) found.add(child.text);
    if (ts.isPropertyAccessExpression(child)) look(child.expression);
    else if (ts.isPropertyAssignment(child) && ts.isIdentifier(child.name)) look(child.initializer);
    else ts.forEachChild(child, look);
  };
  look(node);
  return found;
}

/** All declarations that these need, with themselves. */
function reached(roots) {
  const seen = new Set(roots);
  for (const unit of seen) unit.needs.forEach(other => seen.add(other));
  return seen;
}

/** What a registered module says that it is: a type of trace, or a component for all. */
function kindOf(name, units) {
  const said = units.map(unit => /moduleType:"(\w+)",name:"(\w+)"/.exec(unit.text)).filter(Boolean);
  const own = said.filter(([, kind]) => kind === 'trace' || kind === 'component');
  if (own.length !== 1)
    throw new Error(`Plotly's module ${name} says that it is ${own.length} things: ${own}`);
  return own[0];
}

module.exports = { plotlyPieces };
