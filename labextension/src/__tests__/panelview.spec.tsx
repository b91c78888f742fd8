import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import * as React from 'react';
import { PanelView } from '../components/panelview';
import { Conversation } from '../conversation';
import { ToPanel } from '../protocol';
import { Services, ServicesContext } from '../services';
import { contract } from './contract';
import { Session } from './session';
import { trans } from '../translation';

jest.setTimeout(60_000); // on a machine that does other work, too
configure({ asyncUtilTimeout: 20_000 });

window.ResizeObserver = class {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
};
Element.prototype.scrollTo = () => undefined;

const DONE = (contract('to_panel').examples as ToPanel[]).find(m => m.type === 'done')!;
const FRAME = {
  name: 'sales',
  kind: 'pandas',
  rows: 3,
  width: 2,
  columns: [
    { name: 'region', type: 'text', hidden: false },
    { name: 'revenue', type: 'float64', hidden: false }
  ],
  pinned: false,
  dropped: false,
  connection: false,
  hidden: false
};
const SETTINGS = {
  type: 'settings',
  model: 'offline',
  remote: false,
  privacy: 'stats',
  sandbox: 'docker',
  values: [
    { name: 'privacy', value: 'stats', origin: 'administrator', locked: true, fixed: 'stats' },
    { name: 'sandbox', value: 'docker', origin: 'notebook', locked: false, fixed: null },
    { name: 'timeout', value: 120, origin: 'user', locked: false, fixed: null },
    { name: 'hidden', value: ['sales.tax'], origin: 'notebook', locked: false, fixed: null },
    { name: 'history', value: true, origin: 'default', locked: false, fixed: null }
  ]
};
const schema = (name: string, type: string) => ({
  name,
  type,
  title: `Title of ${name}`,
  description: `About ${name}.`
});
const choice = (name: string) => ({ name, label: name, about: `about ${name}` });

function services(more: Partial<Services> = {}): Services {
  return {
    kernel: () => null,
    languages: { findBest: () => null, highlight: () => Promise.resolve() },
    catalog: () =>
      Promise.resolve({
        privacy: [choice('schema'), choice('stats'), choice('rows')],
        sandboxes: [choice('docker')],
        forms: [choice('figure'), choice('xlsx')],
        endings: ['.csv'],
        reports: [],
        settings: [
          schema('timeout', 'number'),
          schema('hidden', 'array'),
          schema('history', 'boolean')
        ]
      }),
    dataFiles: () => Promise.resolve(['orders.csv']),
    insert: jest.fn(),
    goToCell: jest.fn(() => true),
    hasCode: () => false,
    leave: jest.fn(),
    ...more
  } as unknown as Services;
}

async function panel(more: Partial<Services> = {}) {
  const session = new Session();
  const conversation = new Conversation(session.context);
  await conversation.look();
  const given = services(more);
  const shown = () => (
    <ServicesContext.Provider value={given}>
      <PanelView
        conversation={conversation}
        inputRef={React.createRef()}
        enterAsks
        onReady={() => false}
        onMustWait={() => undefined}
      />
    </ServicesContext.Provider>
  );
  const { rerender, unmount } = render(shown());
  const say = (...messages: object[]) =>
    act(async () => {
      messages.forEach(message => session.say(message));
      await new Promise(resolve => setTimeout(resolve, 40)); // views are told once a frame
    });
  await say(
    SETTINGS,
    { type: 'frames', frames: [FRAME] },
    { type: 'suggestions', questions: ['Total revenue by region'] }
  );
  await screen.findByRole('textbox', { name: 'Your question' });
  const box = () => screen.getByRole('textbox', { name: 'Your question' });
  const answer = (id: string, question: string, more = {}) =>
    say({ type: 'begun', id, question, elapsed: 0, cell: '' }, { ...DONE, id, ...more });
  const reply = async (type: string, value: object) => {
    await waitFor(() => expect(session.sent.some(m => m.type === type)).toBe(true));
    const { request } = session.sent.filter(m => m.type === type).pop() as { request: string };
    await say({ type: 'reply', request, value });
  };
  return { session, conversation, given, say, box, answer, reply, rerender, unmount, shown };
}

afterEach(() => {
  cleanup();
  window.localStorage.clear();
});

test('it gives way to another notebook, whatever is done when its box is there', async () => {
  const { unmount } = await panel();
  expect(unmount).not.toThrow();
});

const asked = (session: Session) => session.sent.filter(message => message.type === 'ask');
const settle = () => act(() => new Promise<void>(resolve => setTimeout(resolve, 40)));

describe('an empty conversation', () => {
  it('offers questions that one click asks', async () => {
    const { session } = await panel();
    fireEvent.click(screen.getByRole('button', { name: 'Total revenue by region' }));
    await settle();
    expect(asked(session)).toMatchObject([{ text: 'Total revenue by region' }]);
  });

  it('offers the files beside a notebook without data', async () => {
    const { session, say } = await panel();
    await say({ type: 'frames', frames: [] });
    fireEvent.click(await screen.findByRole('button', { name: 'orders.csv' }));
    expect(session.sent).toContainEqual(
      expect.objectContaining({ type: 'open', file: 'orders.csv' })
    );
  });

  it('keeps a question that has no data, and offers to make some', async () => {
    const runAllCells = jest.fn();
    const { session, say, box } = await panel({ hasCode: () => true, runAllCells });
    await say({ type: 'frames', frames: [] });
    fireEvent.change(box(), { target: { value: 'Total revenue' } });
    fireEvent.keyDown(box(), { key: 'Enter' });
    await settle();
    expect(asked(session)).toHaveLength(0);
    expect(box()).toHaveProperty('value', 'Total revenue');
    expect(screen.getByRole('alert').textContent).toContain('no data yet, so nothing was asked');
    expect(await screen.findByRole('button', { name: 'orders.csv' })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Run all cells' }));
    expect(runAllCells).toHaveBeenCalled();
    await say({ type: 'frames', frames: [FRAME] });
    expect(screen.queryByRole('alert')).toBeNull();
    fireEvent.keyDown(box(), { key: 'Enter' });
    await settle();
    expect(asked(session)).toMatchObject([{ text: 'Total revenue' }]);
    await say({ type: 'frames', frames: [] }); // as after a restart
    expect(screen.getByText(/This notebook has no data yet/)).toBeTruthy();
    fireEvent.change(box(), { target: { value: 'rows by month in orders.csv' } });
    fireEvent.keyDown(box(), { key: 'Enter' });
    await settle();
    expect(asked(session)).toHaveLength(2);
  });

  it('starts a kernel where none runs', async () => {
    const startKernel = jest.fn(() => Promise.resolve());
    const { conversation } = await panel({ startKernel });
    act(() => conversation.dispatch({ type: 'linked', at: 'none' }));
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'Start a kernel' }));
    expect(startKernel).toHaveBeenCalled();
  });
});

describe('the box', () => {
  it('asks with Enter, makes a line with Shift+Enter, and reads a form', async () => {
    const { session, box } = await panel();
    fireEvent.change(box(), { target: { value: '/xlsx total by region' } });
    await settle();
    fireEvent.keyDown(box(), { key: 'Enter', shiftKey: true });
    expect(asked(session)).toHaveLength(0);
    fireEvent.keyDown(box(), { key: 'Enter' });
    await settle();
    expect(asked(session)).toMatchObject([{ text: 'total by region', wants: 'xlsx' }]);
    expect(box()).toHaveProperty('value', '');
  });

  it('investigates by a button, which a refinement does not offer', async () => {
    const { session, conversation, box } = await panel();
    const button = () => screen.getByRole('button', { name: 'Investigate' });
    expect(button()).toHaveProperty('disabled', true);
    fireEvent.change(box(), { target: { value: 'Why did revenue fall?' } });
    await settle();
    fireEvent.click(button());
    await settle();
    expect(asked(session)).toHaveLength(0);
    expect(session.sent.filter(message => message.type === 'investigate')).toMatchObject([
      { text: 'Why did revenue fall?' }
    ]);
    expect(box()).toHaveProperty('value', '');
    act(() => conversation.refine('q1'));
    fireEvent.change(box(), { target: { value: 'make it monthly' } });
    expect(button()).toHaveProperty('disabled', true);
  });

  it('shows each key before the next one', async () => {
    const { box } = await panel();
    for (const value of ['t', 'to', 'tot']) {
      fireEvent.change(box(), { target: { value } });
      expect(box()).toHaveProperty('value', value);
    }
  });

  it('keeps what is written while another notebook is in front', async () => {
    const { box, unmount, shown } = await panel();
    fireEvent.change(box(), { target: { value: 'half a quest' } });
    unmount();
    render(shown());
    expect(box()).toHaveProperty('value', 'half a quest');
  });

  it('brings earlier questions by the arrows', async () => {
    const { box, answer } = await panel();
    await answer('1', 'first');
    await answer('2', 'second');
    for (const [key, value] of [
      ['ArrowUp', 'second'],
      ['ArrowUp', 'first'],
      ['ArrowUp', 'first'],
      ['ArrowDown', 'second'],
      ['ArrowDown', '']
    ]) {
      fireEvent.keyDown(box(), { key });
      await settle();
      expect(box()).toHaveProperty('value', value);
    }
  });

  it('completes names, and Tab takes one', async () => {
    const { box } = await panel();
    fireEvent.change(box(), { target: { value: 'mean of @sales.re' } });
    await settle();
    const options = within(screen.getByRole('listbox')).getAllByRole('option');
    expect(options.map(option => option.textContent)).toEqual(['region text', 'revenue float64']);
    fireEvent.keyDown(box(), { key: 'ArrowDown' });
    fireEvent.keyDown(box(), { key: 'Tab' });
    await settle();
    expect(box()).toHaveProperty('value', 'mean of @sales.revenue ');
    expect(screen.queryByRole('listbox')).toBeNull();
  });

  it('shows what would be sent in the place of the answers, until the question changes', async () => {
    const { box, reply } = await panel();
    fireEvent.change(box(), { target: { value: 'total' } });
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'What would be sent?' }));
    await reply('context', { text: 'SYSTEM', size: '9 tokens', model: 'offline', remote: false });
    const region = await screen.findByRole('region', { name: 'What would be sent' });
    expect(region.textContent).toContain('Nothing would be sent');
    fireEvent.change(box(), { target: { value: '' } });
    await settle();
    expect(screen.queryByRole('region', { name: 'What would be sent' })).toBeNull();
    fireEvent.change(box(), { target: { value: 'mean' } });
    await settle();
    fireEvent.click(screen.getByRole('button', { name: 'What would be sent?' }));
    fireEvent.change(box(), { target: { value: '' } }); // before the kernel answers
    await reply('context', { text: 'SYSTEM', size: '9 tokens', model: 'offline', remote: false });
    expect(screen.queryByRole('region', { name: 'What would be sent' })).toBeNull();
  });
});

describe('an answer', () => {
  it('can be marked, asked again in its conversation, and gone on from', async () => {
    const { session, answer, reply } = await panel();
    await answer('1', 'by month', { next: ['only the top 5'], history: 7 });
    fireEvent.click(screen.getByRole('button', { name: 'Not right' }));
    await reply('mark', { good: false });
    expect(screen.getByRole('button', { name: 'Not right' }).getAttribute('aria-pressed')).toBe(
      'true'
    );
    fireEvent.click(screen.getByRole('button', { name: 'Ask again' }));
    fireEvent.click(screen.getByRole('button', { name: 'only the top 5' }));
    await settle();
    expect(asked(session)).toMatchObject([
      { text: 'by month', again: '1', fresh: true },
      { text: 'only the top 5' }
    ]);
  });

  it('is inserted with what the cell would show', async () => {
    const { given, answer, reply } = await panel();
    await answer('1', 'total', { cell: '%%analyst\ntotal' });
    fireEvent.click(screen.getByRole('button', { name: 'Insert' }));
    const outputs = [{ output_type: 'display_data', data: { 'text/plain': '70' }, metadata: {} }];
    await reply('outputs', { outputs });
    await waitFor(() => expect(given.insert).toHaveBeenCalledWith('%%analyst\ntotal', outputs));
  });

  it('that was stopped keeps what was written, and is no error', async () => {
    const { say } = await panel();
    await say(
      { type: 'begun', id: '1', question: 'slow', elapsed: 0, cell: '' },
      { type: 'prose', id: '1', html: '<p>First <strong>the north</strong></p>' },
      { ...DONE, id: '1', ok: false, stopped: true, error: null, answer_html: '' }
    );
    expect(screen.getByText('the north')).toBeTruthy();
    expect(screen.getByText('You stopped this question.')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('hides half-written code behind a line of one height', async () => {
    const { say } = await panel();
    const text = 'So:\n\n```sql\nSELECT 1,\n2';
    await say(
      { type: 'begun', id: '1', question: 'q', elapsed: 0, cell: '' },
      { type: 'delta', id: '1', text }
    );
    expect(screen.getByText('2 lines of code').closest('details')!.open).toBe(false);
  });

  it('of a cell leads to the cell, and says so where that is gone', async () => {
    const { answer, say, given } = await panel();
    (given.goToCell as jest.Mock).mockReturnValueOnce(true).mockReturnValueOnce(false);
    await say({ type: 'begun', id: '1', question: 'q', elapsed: 0, cell: 'c-1' });
    const link = () => screen.getByRole('button', { name: 'Go to the cell' });
    fireEvent.click(link());
    expect(given.goToCell).toHaveBeenCalledWith('c-1');
    fireEvent.click(link());
    expect(screen.getByText(/not in the notebook any more/)).toBeTruthy();
    await answer('2', 'another');
  });

  it('has a menu that the keyboard works', async () => {
    const { answer } = await panel();
    await answer('1', 'total');
    const more = screen.getByRole('button', { name: 'More' });
    fireEvent.click(more);
    const items = within(screen.getByRole('menu')).getAllByRole('menuitem');
    expect(items.map(item => item.textContent)).toContain('Copy code');
    expect(document.activeElement).toBe(items[0]);
    fireEvent.keyDown(items[0], { key: 'ArrowDown' });
    expect(document.activeElement).toBe(items[1]);
    fireEvent.keyDown(items[1], { key: 'Escape' });
    expect(screen.queryByRole('menu')).toBeNull();
    expect(document.activeElement).toBe(more);
  });
});

describe('the conversation', () => {
  it('is searched, and begun anew', async () => {
    const { session, answer, say } = await panel();
    await answer('1', 'total revenue');
    await answer('2', 'mean delay');
    fireEvent.click(screen.getByRole('button', { name: 'Search the questions' }));
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'delay' } });
    await settle();
    expect(screen.getAllByRole('article')).toHaveLength(1);
    fireEvent.click(screen.getByRole('button', { name: 'New conversation' }));
    await settle();
    expect(screen.queryAllByRole('article')).toHaveLength(0);
    expect(session.sent).toContainEqual({ type: 'forget' });
    const past = (contract('to_panel').examples as ToPanel[]).find(m => m.type === 'past')!;
    await say(past);
    const soon = new Date(Date.now() + 60_000).toISOString();
    const entry = (past as ToPanel & { type: 'past' }).turns[0];
    await say({ type: 'past', turns: [{ ...entry, question: 'later', at: soon }] });
    fireEvent.click(screen.getByRole('button', { name: 'Search the questions' }));
    await settle();
    expect(screen.getAllByRole('article').map(turn => turn.getAttribute('aria-label'))).toEqual([
      'Answered earlier: later'
    ]);
  });
});

describe('the picker of models', () => {
  const served = (name: string, here: boolean, models: string[], needs_key = '') => ({
    name,
    here,
    about: '',
    models,
    needs_key,
    problem: ''
  });

  it('groups what is served, tries a choice, and takes a key', async () => {
    const { session, reply } = await panel();
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Model: offline' }));
      await import('../components/modelpicker');
    });
    await reply('models', {
      providers: [
        served('offline', true, ['offline']),
        served('openai', false, ['openai:a', 'openai:b']),
        served('anthropic', false, [], 'ANTHROPIC_API_KEY')
      ]
    });
    const elsewhere = screen.getByRole('region', { name: 'Elsewhere' });
    expect(within(elsewhere).queryByText('offline')).toBeNull();
    fireEvent.click(within(elsewhere).getByRole('button', { name: 'openai:b' }));
    await reply('try', { ok: false, message: 'openai serves no model b.', needs_key: '' });
    expect(screen.getByText('openai serves no model b.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Use openai:b nevertheless' })).toBeTruthy();
    const field = screen.getByRole('textbox', { name: 'Model' });
    fireEvent.change(field, { target: { value: 'b' } });
    fireEvent.click(screen.getByRole('button', { name: 'Use' }));
    await waitFor(() => expect(session.sent.filter(m => m.type === 'try')).toHaveLength(2));
    const never = 'There is no model b. Use `offline` or PROVIDER:MODEL.';
    await reply('try', { ok: false, message: never, needs_key: '', possible: false });
    expect(screen.queryByRole('button', { name: /nevertheless/ })).toBeNull();
    expect(screen.getByText('offline', { selector: 'code' })).toBeTruthy();
    fireEvent.change(field, { target: { value: '' } });
    expect(session.sent.some(message => message.type === 'set')).toBe(false);
    fireEvent.click(within(elsewhere).getByRole('button', { name: 'Add a key' }));
    const key = screen.getByLabelText('Key of anthropic');
    expect(key.getAttribute('type')).toBe('password');
    fireEvent.change(key, { target: { value: 'k-1' } });
    fireEvent.click(screen.getByRole('button', { name: 'Keep it' }));
    expect(session.sent).toContainEqual(
      expect.objectContaining({ type: 'key', provider: 'anthropic', key: 'k-1' })
    );
    await reply('key', { message: 'The key is in the keyring.' });
    expect(screen.queryByLabelText('Key of anthropic')).toBeNull();
    fireEvent.click(within(elsewhere).getByRole('button', { name: 'openai:a' }));
    await reply('try', { ok: true, message: '', needs_key: '' });
    expect(session.sent).toContainEqual({ type: 'set', name: 'model', value: 'openai:a' });
  });
});

describe('what questions can use', () => {
  it('is profiled by a click on its chip, and the page is shown beside the notebook', async () => {
    const showProfile = jest.fn();
    const { reply, session } = await panel({ showProfile });
    fireEvent.click(screen.getByTitle(/^sales: pandas/));
    fireEvent.click(await screen.findByRole('button', { name: 'Profile' }));
    await reply('profile', { html: '<p>sales</p>' });
    expect(session.sent).toContainEqual(
      expect.objectContaining({ type: 'profile', frame: 'sales' })
    );
    expect(showProfile).toHaveBeenCalledWith('sales', '<p>sales</p>');
  });

  const table = (name: string, column: string) => ({
    ...FRAME,
    name,
    kind: 'table of a connection',
    columns: [{ name: column, type: 'text', hidden: false }]
  });

  it('lists the tables of a connection, searches them, and hides a table and a column', async () => {
    const { session, say, reply } = await panel();
    const shop = { ...FRAME, name: 'shop', kind: 'SQLite, 2 tables', rows: null, connection: true };
    await say({ type: 'frames', frames: [FRAME, shop] });
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'shop SQLite, 2 tables' }));
      await import('../components/connection');
    });
    await reply('tables', {
      tables: [table('orders', 'amount'), table('customers', 'email')],
      total: 60
    });
    const details = screen.getByRole('group', { name: 'Connection shop' });
    expect(within(details).getByText('and 58 more tables: search for them')).toBeTruthy();
    fireEvent.click(within(details).getAllByRole('button', { name: 'Hide the table' })[0]);
    fireEvent.click(
      within(details).getByRole('button', { name: 'email, text, visible to models' })
    );
    const hide = { type: 'hide', hidden: true };
    expect(session.sent).toContainEqual({ ...hide, frame: 'orders', column: '*' });
    expect(session.sent).toContainEqual({ ...hide, frame: 'customers', column: 'email' });
    expect(within(details).getByRole('button', { name: 'email, text, hidden' })).toBeTruthy();
    fireEvent.change(within(details).getByLabelText('Search the tables of shop'), {
      target: { value: 'mail' }
    });
    await waitFor(() =>
      expect(session.sent).toContainEqual(
        expect.objectContaining({ type: 'tables', connection: 'shop', words: 'mail' })
      )
    );
  });

  it('lists what is defined, and saves the figure of an answer as a metric', async () => {
    const { session, say, answer, reply } = await panel();
    const revenue = {
      name: 'revenue',
      formula: 'SUM(sales.revenue)',
      also: '',
      where: 'analyst.yaml'
    };
    await say({ type: 'definitions', definitions: [revenue], problems: 1 });
    expect(screen.getByText('1 definition, 1 problem')).toBeTruthy();
    await answer('a', 'Total revenue', {
      metric: { name: 'total_revenue', formula: 'SUM(sales.revenue)' }
    });
    fireEvent.click(screen.getByRole('button', { name: 'More' }));
    fireEvent.click(screen.getByRole('menuitem', { name: 'Save as metric: SUM(sales.revenue)' }));
    const name = screen.getByLabelText('Name of the metric') as HTMLInputElement;
    expect(name.value).toBe('total_revenue');
    fireEvent.change(name, { target: { value: 'net' } });
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(session.sent).toContainEqual(
      expect.objectContaining({ type: 'define', id: 'a', name: 'net' })
    );
    await reply('define', { message: 'The metric net is SUM(sales.revenue), in analyst.yaml.' });
    expect(screen.getByText(/The metric net is/)).toBeTruthy();
  });
});

it('offers languages by their names, and keeps the one that is chosen for all notebooks', async () => {
  const keepSetting = jest.fn(() => Promise.resolve());
  const oneOf = [
    { const: 'auto', title: 'as JupyterLab' },
    { const: 'de', title: 'Deutsch' }
  ];
  const settings = [{ ...schema('language', 'string'), oneOf }];
  const catalog = () =>
    services()
      .catalog()
      .then(found => ({ ...found, settings }));
  const { say, session } = await panel({ keepSetting, catalog } as unknown as Partial<Services>);
  const value = { name: 'language', value: 'auto', origin: 'default', locked: false, fixed: null };
  await say({ ...SETTINGS, values: [...SETTINGS.values, value] });
  fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
  const select = await screen.findByLabelText<HTMLSelectElement>('Title of language');
  expect([select.value, ...Array.from(select.options, option => option.text)]).toEqual([
    'auto',
    'as JupyterLab',
    'Deutsch'
  ]);
  fireEvent.change(select, { target: { value: 'de' } });
  expect(keepSetting).toHaveBeenCalledWith('language', 'de');
  expect(session.sent.filter(message => message.type === 'set')).toEqual([]);
});

it('is drawn in another language in place, with what was answered before', async () => {
  const { say } = await panel();
  await say({ type: 'begun', id: 'a', question: 'שלום', elapsed: 0 });
  expect(screen.getByText('Stop')).toBeTruthy();
  const messages = { Stop: ['Stopp'], Ask: ['Fragen'] };
  act(() => trans.use({ language: 'de', pluralForms: 'nplurals=2; plural=(n != 1);', messages }));
  expect(screen.getByText('Stopp')).toBeTruthy();
  expect(await screen.findByText('Fragen')).toBeTruthy();
  expect(screen.getByText('שלום').getAttribute('dir')).toBe('auto');
  act(() =>
    trans.use({ language: 'en', pluralForms: 'nplurals=2; plural=(n != 1);', messages: {} })
  );
});

it('shows each setting with its origin, keeps one for all notebooks, and offers nothing looser than the administrator', async () => {
  const keepSetting = jest.fn(() => Promise.resolve());
  const { session } = await panel({ keepSetting } as Partial<Services>);
  fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
  const view = within(await screen.findByRole('group', { name: 'Settings' }));
  expect(view.getByText('fixed by your administrator')).toBeTruthy();
  expect((await view.findByLabelText<HTMLInputElement>(/^rows/)).disabled).toBe(true);
  expect(view.getByLabelText<HTMLInputElement>(/^schema/).disabled).toBe(false);

  fireEvent.click(view.getByText('Limits, hidden columns and history'));
  expect(view.getByText('your setting for all notebooks')).toBeTruthy();
  const timeout = view.getByLabelText<HTMLInputElement>('Title of timeout');
  fireEvent.change(timeout, { target: { value: '30' } });
  fireEvent.keyDown(timeout, { key: 'Enter' });
  const hidden = view.getByLabelText<HTMLInputElement>('Title of hidden');
  expect(hidden.value).toBe('sales.tax');
  fireEvent.change(hidden, { target: { value: 'sales.tax, sales.name,' } });
  fireEvent.blur(hidden);
  fireEvent.click(view.getByLabelText('Title of history'));
  expect(session.sent.filter(message => message.type === 'set')).toEqual([
    { type: 'set', name: 'timeout', value: '30' },
    { type: 'set', name: 'hidden', value: ['sales.tax', 'sales.name'] },
    { type: 'set', name: 'history', value: false }
  ]);
  fireEvent.click(view.getAllByText('Keep for all notebooks')[1]);
  expect(keepSetting).toHaveBeenCalledWith('hidden', ['sales.tax']);
  fireEvent.keyDown(hidden, { key: 'Escape' });
  expect(screen.queryByRole('group', { name: 'Settings' })).toBeNull();
});
