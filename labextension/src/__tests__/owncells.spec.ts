import { NotebookPanel } from '@jupyterlab/notebook';
import { documentNotebook, explainCell, fixCell } from '../owncells';
import { check } from './contract';

jest.setTimeout(60_000); // on a machine that does other work, too

interface Fake {
  type: 'code' | 'markdown';
  source: string;
  outputs?: object[];
}

/** A notebook of which the tests see what becomes of it. */
function notebook(...given: Fake[]) {
  const cells = given.map(({ type, source, outputs = [] }) => {
    const shared = {
      source,
      getSource: () => shared.source,
      setSource: (s: string) => (shared.source = s)
    };
    return {
      isDisposed: false,
      model: { type, sharedModel: shared, outputs: { toJSON: () => outputs } }
    };
  });
  const inserted: [number, string][] = [];
  const insertCell = (at: number, cell: { source: string }) => inserted.push([at, cell.source]);
  const content = { widgets: cells, activeCell: cells[0], model: { sharedModel: { insertCell } } };
  const source = (place: number) => cells[place].model.sharedModel.getSource();
  return { panel: { content } as unknown as NotebookPanel, cells, inserted, source };
}

/** A conversation that replies with one value, and notes what it was asked. */
function asks(value: Record<string, unknown> | null, connection = 'connected') {
  const asked: object[] = [];
  const connect = jest.fn(() => Promise.resolve());
  const request = (message: object) => {
    check('to_kernel', { ...message, request: 'r1' });
    asked.push(message);
    return Promise.resolve(value && { value, buffer: null });
  };
  return { asked, connect, connection: connection as 'connected', request };
}

const FIX = {
  after: '1 / 1',
  reason: 'It divides by zero.',
  diff: '- 1 / 0\n+ 1 / 1',
  changes: true
};
const FAILED = {
  output_type: 'error',
  ename: 'ZeroDivisionError',
  evalue: 'division by zero',
  traceback: []
};
/** Closes each dialog that opens until something is done. */
async function closing(done: Promise<void>): Promise<void> {
  const close = () =>
    document.querySelectorAll<HTMLElement>('.jp-Dialog button').forEach(button => button.click());
  const timer = setInterval(close, 20);
  await done.finally(() => clearInterval(timer));
}

test('a fix is shown as a difference, and changes the cell once it is accepted', async () => {
  for (const accepted of [false, true]) {
    const { panel, source } = notebook({ type: 'code', source: '1 / 0', outputs: [FAILED] });
    const kernel = asks(FIX);
    const accept = jest.fn(() => Promise.resolve(accepted));
    await fixCell(kernel, panel, accept);
    expect(accept).toHaveBeenCalledWith('Change this cell?', FIX.reason, FIX.diff);
    expect(kernel.asked).toEqual([
      { type: 'fix', code: '1 / 0', error: { name: 'ZeroDivisionError', text: 'division by zero' } }
    ]);
    expect(source(0)).toBe(accepted ? '1 / 1' : '1 / 0');
  }
});

test('a cell that was edited meanwhile is not overwritten', async () => {
  const { panel, cells, source } = notebook({ type: 'code', source: '1 / 0' });
  const done = fixCell(asks(FIX), panel, () => {
    cells[0].model.sharedModel.setSource('mine');
    return Promise.resolve(true);
  });
  await closing(done);
  expect(source(0)).toBe('mine');
});

test('notes go above the cells whose note was accepted, and no other cell is touched', async () => {
  const { panel, inserted, source } = notebook(
    { type: 'markdown', source: '# Sales' },
    { type: 'code', source: 'a = 1' },
    { type: 'code', source: '%%analyst\nTotal revenue' },
    { type: 'code', source: 'b = 2' }
  );
  const kernel = asks({
    notes: [
      { place: 2, text: 'Sets b.' },
      { place: 1, text: 'Sets a.' }
    ]
  });
  const accept = jest.fn((title: string) => Promise.resolve(title.includes('cell 2')));
  await documentNotebook(kernel, panel, accept);
  expect(kernel.asked).toEqual([{ type: 'document', cells: ['a = 1', 'b = 2'], noted: [1] }]);
  expect(inserted).toEqual([[3, 'Sets b.']]);
  expect([1, 3].map(source)).toEqual(['a = 1', 'b = 2']);
});

test('an explanation is shown as text, after the panel has connected', async () => {
  const kernel = asks({ text: 'It adds <b>two</b>.' }, 'offered');
  const done = explainCell(kernel, notebook({ type: 'code', source: '1 + 1' }).panel);
  while (!document.querySelector('.am-Said')) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  expect(document.querySelector('.am-Said')!.textContent).toBe('It adds <b>two</b>.');
  expect(document.querySelector('.am-Said b')).toBeNull();
  await closing(done);
  expect(kernel.connect).toHaveBeenCalled();
});

test('where the kernel refuses, nothing is asked and nothing is changed', async () => {
  const { panel, source, inserted } = notebook({ type: 'code', source: '1 / 0' });
  const accept = jest.fn();
  await fixCell(asks(null), panel, accept);
  await documentNotebook(asks(null), panel, accept);
  expect(accept).not.toHaveBeenCalled();
  expect([source(0), inserted]).toEqual(['1 / 0', []]);
});
