import { darkened, fitted, provideOutlines } from '../figure';

interface LayoutShown {
  title: string & { text: string };
  xaxis: object;
  template: {
    data: { bar: object[] };
    layout: Record<'font' | 'xaxis' | 'colorway', Record<string, string>>;
  };
}

const MIME = 'application/vnd.plotly.v1+json';
const COLOURS = { text: '#eee', line: '#444', ground: '#111' };
const bundle = (layout: object) => ({ 'text/plain': 'Figure', [MIME]: { data: [], layout } });
const layoutOf = (data: Record<string, unknown>) => (data[MIME] as { layout: LayoutShown }).layout;

test('a figure takes the colours of a dark page, and what its code chose stays', () => {
  const template = { data: { bar: [{}] }, layout: { colorway: ['red'], font: { size: 9 } } };
  const given = bundle({ title: { text: 'Sales' }, xaxis: { gridcolor: 'blue' }, template });
  const layout = layoutOf(darkened(given, COLOURS));
  expect(layout.template.layout.font).toEqual({ size: 9, color: '#eee' });
  expect(layout.template.layout.xaxis.gridcolor).toBe('#444');
  expect(layout.template.layout.colorway).toEqual(['red']);
  expect(layout.template.data.bar).toEqual([{}]);
  expect(layout.xaxis).toEqual({ gridcolor: 'blue' });
  expect(layoutOf(given).template).toBe(template); // the result itself does not change
});

test.each([
  { paper_bgcolor: 'white' },
  { plot_bgcolor: '#fafafa' },
  { font: { color: 'black' } },
  { title: { text: 'Sales', font: { color: 'black' } } }
])('a figure whose code chose %p keeps all its colours', layout => {
  const given = bundle(layout);
  expect(darkened(given, COLOURS)).toBe(given);
});

test('what is no figure stays as it is', () => {
  const given = { 'text/plain': 'a' };
  expect(darkened(given, COLOURS)).toBe(given);
  expect(fitted(given, 200)).toBe(given);
});

test('a narrow place breaks a long title, unless it has markup', () => {
  const title = 'Average departure delay of each carrier by month';
  expect(layoutOf(fitted(bundle({ title }), 240)).title.text.split('<br>').length).toBeGreaterThan(
    1
  );
  expect(layoutOf(fitted(bundle({ title: `<b>${title}</b>` }), 240)).title.text).toBe(
    `<b>${title}</b>`
  );
  expect(layoutOf(fitted(bundle({ title }), 900)).title).toBe(title);
});

test('a narrow place breaks the sentence below a title, and makes room for it', () => {
  const text = '12 of 5,000 values lie beyond this axis, from -70,000 to 1,000,000.';
  const narrow = (width: number) =>
    layoutOf(
      fitted(bundle({ title: { text: 'Amount', subtitle: { text } } }), width)
    ) as unknown as {
      title: { subtitle: { text: string } };
      margin: { t: number };
    };
  expect(narrow(250).title.subtitle.text.split('<br>').length).toBeGreaterThan(1);
  expect(narrow(250).margin.t).toBeGreaterThan(narrow(500).margin.t);
});

test('the outlines of maps are at hand, beside those that the page has', async () => {
  const page = window as Window & { PlotlyGeoAssets?: { topojson: Record<string, object> } };
  const given = { type: 'Topology' };
  page.PlotlyGeoAssets = { topojson: { usa_110m: given } };
  await provideOutlines();
  const { topojson } = page.PlotlyGeoAssets;
  expect(topojson.usa_110m).toBe(given);
  expect(topojson.world_110m).toHaveProperty('objects.countries.geometries');
  expect(Object.keys(topojson)).toHaveLength(9);
});

describe('a fitted figure', () => {
  const bars = (names: unknown[], layout = {}, traces = 1) => ({
    [MIME]: {
      data: Array.from({ length: traces }, (_, n) => ({
        type: 'bar',
        x: names,
        y: names.map(() => 1),
        name: `t${n}`
      })),
      layout
    }
  });
  const figureOf = (data: Record<string, unknown>) =>
    data[MIME] as {
      data: { x: unknown; y: unknown; orientation?: string }[];
      layout: Record<string, { [key: string]: unknown }> & { height: number; width?: number };
    };
  const carriers = ['UA', 'AA', 'DL', 'B6', 'EV', 'MQ', 'US', 'WN', '9E', 'VX'];

  test('has bars that lie where their names would not fit, first name first, all of them readable', () => {
    const { data, layout } = figureOf(fitted(bars(carriers, { xaxis: { title: 'Carrier' } }), 220));
    expect(data[0]).toMatchObject({ orientation: 'h', y: carriers });
    expect(layout.yaxis).toMatchObject({ title: 'Carrier', autorange: 'reversed' });
    expect(layout.height).toBeGreaterThanOrEqual(carriers.length * 20);
    expect(figureOf(fitted(bars(carriers), 520)).data[0].orientation).toBeUndefined();
  });

  test('has the numbers of months upright, as many as there is room for', () => {
    const months = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    const axes = (width: number) => {
      const { layout } = figureOf(
        fitted(bars(['a'], { xaxis: { type: 'category', categoryarray: months } }), width)
      );
      return layout.xaxis;
    };
    expect(axes(500)).toMatchObject({ tickangle: 0, dtick: 1 });
    expect(axes(220)).toMatchObject({ tickangle: 0, dtick: 2 });
  });

  test('exchanges across and up in the texts of bars that lie, and has room for these', () => {
    const given = bars(carriers);
    Object.assign(given[MIME].data[0], {
      texttemplate: '%{y:,.1f}',
      hovertemplate: '%{x}: %{y:.2f} %{customdata[0]} %{xother}',
      error_y: { array: [1] }
    });
    const { data, layout } = figureOf(fitted(given, 220));
    expect(data[0]).toMatchObject({
      texttemplate: '%{x:,.1f}',
      hovertemplate: '%{y}: %{x:.2f} %{customdata[0]} %{xother}',
      error_x: { array: [1] }
    });
    expect(data[0]).not.toHaveProperty('error_y');
    expect(layout.margin.r).toBeGreaterThan(30);
  });

  test.each([
    ['few names', bars(['a', 'b', 'c'])],
    ['months', bars(['2025-01-01', '2025-02-01', '2025-03-01', '2025-04-01'])],
    ['numbers', bars([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])],
    ['several plots', bars(carriers, { xaxis2: {} })]
  ])('leaves %s standing', (_, data) => {
    expect(figureOf(fitted(data, 220)).data[0].orientation).toBeUndefined();
  });

  test('is as wide as its place, keeps its height, and has its legend below where it is narrow', () => {
    const { layout } = figureOf(fitted(bars(['a'], { width: 1200, height: 700 }, 2), 400));
    expect([layout.width, layout.height]).toEqual([undefined, 700]);
    expect(layout.legend).toMatchObject({ orientation: 'h', yref: 'container', y: 0 });
    expect(figureOf(fitted(bars(['a'], {}, 2), 900)).layout.legend).toBeUndefined();
  });
});
