import { completed, completions, pastedTable, readDraft } from '../complete';

const column = (name: string, hidden = false) => ({ name, type: 'text', hidden });
const frame = (name: string, ...columns: ReturnType<typeof column>[]) => ({
  name,
  kind: 'pandas',
  rows: 1,
  width: columns.length,
  columns,
  pinned: false,
  dropped: false,
  connection: false,
  hidden: false
});
const FRAMES = [
  frame('flights', column('carrier'), column('tail number'), column('pay', true)),
  frame('airports', column('city'))
];
const FORMS = [
  { name: 'figure', label: 'figure', about: 'as a figure' },
  { name: 'xlsx', label: 'xlsx', about: 'as an Excel file' }
];
const names = (text: string) =>
  completions(text, FRAMES, FORMS).items.map(item => item.name.trim());

test.each([
  ['mean of @', ['flights', 'airports']],
  ['mean of @fl', ['flights']],
  ['mean of @CA', ['flights.carrier']],
  ['by @flights.', ['carrier', '"tail number"']],
  ['by @flights.tail n', ['"tail number"']],
  ['mail ann@fl', []],
  ['/', ['figure', 'xlsx', 'fresh', 'investigate']],
  ['/xlsx /fr', ['fresh']],
  ['1/f', []],
  ['', []]
])('after %p can come %p', (text, expected) => {
  expect(names(text)).toEqual(expected);
});

test('a definition is offered after @ by any of its names, and written without it', () => {
  const revenue = { name: 'net revenue', formula: 'SUM(fare)', also: 'income, sales', where: '' };
  const offer = (text: string) => completions(text, FRAMES, FORMS, [revenue]);
  expect(offer('mean of @ne').items).toEqual([
    { name: 'net revenue ', label: 'net revenue', about: 'SUM(fare)', bare: true }
  ]);
  expect(offer('total @sal').items[0].label).toBe('net revenue');
  expect(completed('total @sal', offer('total @sal'), offer('total @sal').items[0])).toBe(
    'total net revenue '
  );
  expect(completed('by @fl', offer('by @fl'), offer('by @fl').items[0])).toBe('by @flights ');
  expect(offer('by @flights.').items.map(item => item.label)).not.toContain('net revenue');
});

test('a form in front of a question is no part of it, any other slash is', () => {
  expect(readDraft('/xlsx /fresh total by region', FORMS)).toEqual({
    text: 'total by region',
    draft: '/xlsx /fresh total by region',
    wants: 'xlsx',
    fresh: true
  });
  const home = '/home is a column';
  expect(readDraft(home, FORMS)).toEqual({ text: home, draft: home });
  expect(readDraft('/xlsx', FORMS).text).toBe('');
});

test('a text with tabs in each line is a table', () => {
  expect(pastedTable('a\tb\r\n1\t2\r\n')).toBe('a\tb\n1\t2\n');
  for (const text of ['a\tb', 'a\nb', 'a\tb\n1', 'total by region']) {
    expect(pastedTable(text)).toBeNull();
  }
});
