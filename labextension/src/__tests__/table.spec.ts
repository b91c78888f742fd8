import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { Widget } from '@lumino/widgets';
import { isDataFile } from '../askfile';
import { fileCell, frameName } from '../newnotebook';
import { TableGrid } from '../table/grid';
import { Rows } from '../table/rows';

function rows(count: number): Rows {
  const names = Array.from({ length: count }, (_, index) => `row ${index}`);
  const values = Float64Array.from({ length: count }, (_, index) => (index * 7919) % count);
  return new Rows(tableToIPC(tableFromArrays({ name: names, value: values }), 'stream'));
}

describe('Rows', () => {
  it('sorts both ways, filters, and comes back to the first order', () => {
    const found = rows(1000);
    found.arrange({ words: '', column: 1, descending: false });
    expect(found.cell(0, 1)).toBe('0');
    found.arrange({ words: '', column: 1, descending: true });
    expect(found.cell(0, 1)).toBe('999');
    found.arrange({ words: 'ROW 99', column: -1, descending: false });
    expect([found.length, found.cell(0, 0)]).toEqual([11, 'row 99']);
    found.arrange({ words: '', column: -1, descending: false });
    expect(found.cell(0, 0)).toBe('row 0');
  });

  it('writes CSV in which nothing is a formula and missing values are empty', () => {
    const table = tableFromArrays({
      text: ['=1+1', 'a,"b"', null],
      n: Int32Array.from([-1, 2, 3])
    });
    expect(new Rows(tableToIPC(table, 'stream')).csv()).toBe(
      'text,n\r\n\'=1+1,-1\r\n"a,""b""",2\r\n,3\r\n'
    );
  });
});

describe('TableGrid', () => {
  it('draws the rows in sight alone, and text as text', () => {
    const hostile = tableFromArrays({ '<b>x</b>': ['<img src=x onerror=alert(1)>'] });
    const grid = new TableGrid(new Rows(tableToIPC(hostile, 'stream')), {
      rows: 1,
      sent: 1,
      note: ''
    });
    expect(grid.node.querySelector('img, b')).toBeNull();
    expect(grid.node.querySelector('td:not(.am-mod-place)')!.textContent).toBe(
      '<img src=x onerror=alert(1)>'
    );
    const large = new TableGrid(rows(100_000), { rows: 100_000, sent: 100_000, note: '' });
    Widget.attach(large, document.body);
    expect(large.node.querySelectorAll('td').length).toBeLessThan(160);
    expect(large.node.querySelector('[role=status]')!.textContent).toBe('100,000 rows');
    large.dispose();
  });
});

test('a wide table says how many columns it has, and numbers its rows', () => {
  const names = Array.from({ length: 60 }, (_, index) => `c${index}`);
  const wide = tableFromArrays(Object.fromEntries(names.map(name => [name, [1, 2]])));
  const info = { rows: 2, sent: 2, note: '' };
  const grid = new TableGrid(new Rows(tableToIPC(wide, 'stream')), info);
  expect(grid.node.querySelector('[role=status]')!.textContent).toBe('2 rows · 60 columns');
  const places = Array.from(grid.node.querySelectorAll('tbody .am-mod-place'));
  expect(places.map(cell => cell.textContent)).toEqual(['1', '2']);
});

describe('a styled table', () => {
  const style = {
    styles: [
      { color: '', background: '', bold: false, italic: false },
      { color: '#ffffff', background: '#800000', bold: true, italic: true },
      { color: 'url(//x.test)', background: 'url(//x.test)', bold: false, italic: false }
    ],
    cells: [[], [0, 1, 2]],
    texts: [[], ['10 %', null, '30 %']],
    hidden: [2],
    caption: 'Shares'
  };
  const values = tableFromArrays({
    name: ['a', 'b', 'c'],
    share: Float64Array.from([0.1, 0.2, 0.3]),
    secret: ['x', 'y', 'z']
  });

  it('has colours that follow its rows, the texts of its formats, and its exact values as CSV', () => {
    const made = new Rows(tableToIPC(values, 'stream'), style);
    const grid = new TableGrid(made, { rows: 3, sent: 3, note: '', style });
    const cells = () =>
      Array.from(grid.node.querySelectorAll<HTMLElement>('td:not(.am-mod-place)')).filter(
        cell => cell.textContent
      );
    expect(cells().map(cell => cell.textContent)).toEqual(['a', '10 %', 'b', '0.2', 'c', '30 %']);
    grid.node.querySelectorAll<HTMLButtonElement>('th button')[1].click();
    grid.node.querySelectorAll<HTMLButtonElement>('th button')[1].click();
    expect(cells().map(cell => cell.textContent)).toEqual(['c', '30 %', 'b', '0.2', 'a', '10 %']);
    const { color, backgroundColor, fontWeight, fontStyle } = cells()[3].style;
    expect([color, backgroundColor, fontWeight, fontStyle]).toEqual([
      'rgb(255, 255, 255)',
      'rgb(128, 0, 0)',
      'bold',
      'italic'
    ]);
    expect(cells()[1].style.cssText).not.toContain('x.test');
    expect(grid.node.querySelector('[role=status]')!.textContent).toBe('Shares · 3 rows');
    expect(made.csv()).toBe('name,share,secret\r\nc,0.3,z\r\nb,0.2,y\r\na,0.1,x\r\n');
  });
});

describe('small things', () => {
  it('makes a cell for a file of any name', () => {
    const endings = ['.csv', '.csv.gz', '.ndjson', '.gz.csv'];
    const files = ['a/b.CSV', 'a/b.py', 'a/b.ndjson', 'a/b.csv.gz', 'a/b.gz'];
    const known = files.map(file => isDataFile(file, endings));
    expect(known).toEqual([true, false, true, true, false]);
    expect(isDataFile('a/b.csv', [])).toBe(false);
    expect(frameName('a/2024 sales.csv', endings)).toBe('data_2024_sales');
    expect(frameName('a/sales.csv.gz', endings)).toBe('sales');
    expect(fileCell('a/my sales.csv', endings)).toContain("data add my_sales='my sales.csv'");
  });
});
