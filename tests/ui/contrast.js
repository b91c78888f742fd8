// The texts of a page whose colour is less than 4.5 to 1 against what lies behind them (WCAG AA), with that ratio.
() => {
  const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); return { r: m[0], g: m[1], b: m[2], a: m[3] ?? 1 }; };
  const over = (f, b) => ({ r: f.r * f.a + b.r * (1 - f.a), g: f.g * f.a + b.g * (1 - f.a), b: f.b * f.a + b.b * (1 - f.a), a: 1 });
  const lum = (c) => { const v = [c.r, c.g, c.b].map((x) => { x /= 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; }); return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
  const bad = {};
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || e.closest("svg, script, style, .skip, .anchor-link, .canvas")) continue;
    let back = null, alpha = 1; const stack = [];
    for (let n = e; n; n = n.parentElement) { const s = getComputedStyle(n); alpha *= Number(s.opacity); const c = parse(s.backgroundColor); if (c.a > 0) stack.push(c); if (c.a === 1) break; }
    back = stack.reverse().reduce((b, f) => over(f, b), { r: 255, g: 255, b: 255, a: 1 });
    const ink = parse(getComputedStyle(e).color); ink.a *= alpha;
    const a = lum(over(ink, back)), b = lum(back); const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad[`${e.tagName}.${e.className}`] = `${ratio.toFixed(2)} ${e.textContent.slice(0, 30)}`;
  }
  return bad;
}
