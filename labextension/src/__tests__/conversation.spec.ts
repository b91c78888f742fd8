import { Conversation } from '../conversation';
import { Session } from './session';

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise(resolve => setTimeout(resolve));
  }
}

const FRAME = {
  name: 'sales',
  kind: 'pandas',
  rows: 3,
  width: 0,
  columns: [],
  pinned: false,
  dropped: false,
  connection: false,
  hidden: false
};

beforeEach(() => window.localStorage.clear());

describe('Conversation', () => {
  it.each([
    [true, 'sub-1'],
    [false, 'main']
  ])('opens the comm after loading the extension (subshells: %s)', async (subshells, where) => {
    const session = new Session({ subshells });
    const conversation = new Conversation(session.context);
    await conversation.look();
    expect(session.log).toEqual([
      `look on ${where}`,
      `look on ${where}`,
      `load on ${where}`,
      'open'
    ]);
    expect(conversation.connection).toBe('connected');
    const id = await conversation.ask('Total revenue');
    expect(session.sent).toEqual([{ type: 'ask', id, text: 'Total revenue' }]);
    conversation.stop();
    expect(session.sent[1]).toEqual({ type: 'stop', id });
  });

  it('offers to load the extension, and loads nothing before somebody wants it', async () => {
    const session = new Session({ loaded: false });
    const conversation = new Conversation(session.context);
    await conversation.look();
    expect(conversation.connection).toBe('offered');
    expect(session.log).toEqual(['look on sub-1']);
    await conversation.connect();
    expect(conversation.connection).toBe('connected');
  });

  it('says that a cell loads the extension, and connects when that has run', async () => {
    const session = new Session({ loaded: false });
    let loads = false;
    const conversation = new Conversation(
      session.context,
      () => loads,
      () => loads
    );
    await conversation.look();
    expect(conversation.connection).toBe('offered');
    loads = true;
    conversation.cellWillLoad();
    expect(conversation.connection).toBe('loading');
    await conversation.look();
    expect(conversation.connection).toBe('loading');
    loads = false;
    session.loaded = true;
    conversation.refresh();
    await until(() => conversation.connection === 'connected');
  });

  it('says that a kernel is not Python', async () => {
    const conversation = new Conversation(new Session({ language: 'R' }).context);
    await conversation.look();
    expect(conversation.connection).toBe('not-python');
  });

  it('asks to wait only where there is no subshell and a cell runs', async () => {
    for (const subshells of [true, false]) {
      const session = new Session({ subshells });
      const conversation = new Conversation(session.context);
      await conversation.look();
      expect(conversation.mustWait).toBe(false);
      session.statusChanged.emit('busy');
      expect(conversation.mustWait).toBe(!subshells);
    }
  });

  it('loses what was not answered when the kernel restarts, keeps the rest, and runs nothing twice', async () => {
    const session = new Session();
    const conversation = new Conversation(session.context);
    await conversation.look();
    const id = await conversation.ask('Total revenue');
    session.say({ type: 'begun', id, question: 'Total revenue', elapsed: 0 });
    session.statusChanged.emit('restarting');
    expect(conversation.turns.map(turn => turn.status)).toEqual(['lost']);
    session.statusChanged.emit('idle');
    await conversation.connect();
    expect(conversation.connection).toBe('connected');
    expect(session.sent.filter(message => message.type === 'ask')).toHaveLength(1);
  });

  it('loads the extension in the next kernel by itself where it was loaded in the last', async () => {
    const session = new Session({ loaded: false });
    const conversation = new Conversation(session.context);
    await conversation.look();
    expect(conversation.connection).toBe('offered');
    await conversation.connect();
    // A page that comes back after a restart knows it too, and a look at the kernel that went away holds nothing up.
    const later = new Conversation(session.context);
    void later.look();
    session.statusChanged.emit('restarting');
    session.statusChanged.emit('idle');
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(later.connection).toBe('connected');
  });

  it('waits for the cell that runs where there are no data yet', async () => {
    const session = new Session();
    let runs = true;
    const conversation = new Conversation(session.context, () => runs);
    await conversation.look();
    const asked = conversation.ask('Total revenue');
    const stopped = conversation.ask('Mean revenue');
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(session.sent.filter(message => message.type === 'ask')).toEqual([]);
    conversation.stop(conversation.turns[1].id);
    expect(conversation.turns[1].id).toBe(await stopped);
    runs = false;
    conversation.refresh();
    await asked;
    expect(session.sent.filter(message => message.type === 'ask')).toHaveLength(1);
    expect(conversation.turns.map(turn => turn.question)).toEqual(['Total revenue']);
    expect(conversation.getState().draft).toBe('Mean revenue');
  });

  it.each([true, false])(
    'says nothing of a missing kernel before a notebook that opens has had time for one (%s)',
    async comes => {
      const session = new Session({ kernel: false });
      let ready = () => undefined as void;
      Object.assign(session.context, {
        isReady: false,
        ready: new Promise<void>(resolve => (ready = resolve))
      });
      const conversation = new Conversation(session.context);
      const seen = new Set<string>();
      conversation.subscribe(() => seen.add(conversation.connection));
      await conversation.look();
      expect(conversation.connection).toBe('looking');
      if (comes) {
        await session.startKernel();
        await until(() => conversation.connection === 'connected');
        expect([...seen]).toEqual(['looking', 'connecting', 'connected']);
      } else {
        ready();
        await until(() => conversation.connection === 'none');
      }
    }
  );

  it('asks once a kernel that it started has data, and gives a question back that has none', async () => {
    const session = new Session({ kernel: false });
    const conversation = new Conversation(session.context);
    await conversation.look();
    expect(conversation.connection).toBe('none');
    const needs = { kernel: session.startKernel, data: true };
    const asked = conversation.ask('Total revenue', {}, needs);
    await until(() => conversation.connection === 'connected');
    expect(conversation.turns.map(turn => turn.question)).toEqual(['Total revenue']);
    expect(session.sent).toEqual([]);
    session.say({ type: 'frames', frames: [] });
    await asked;
    expect(session.sent).toEqual([]);
    expect(conversation.turns).toEqual([]);
    expect(conversation.getState().draft).toBe('Total revenue');
    expect(conversation.getState().notice?.message).toMatch(
      /The kernel is new and has no data yet/
    );
    session.say({ type: 'frames', frames: [FRAME] });
    expect(conversation.getState().notice).toBeNull();
    await conversation.ask('Total revenue', {}, needs);
    expect(session.sent).toMatchObject([{ type: 'ask', text: 'Total revenue' }]);
  });

  it('asks without data what brings its own, and what is asked a second time', async () => {
    const session = new Session();
    const conversation = new Conversation(session.context);
    await conversation.look();
    session.say({ type: 'frames', frames: [] });
    await conversation.ask('rows of orders.csv', {}, { data: false });
    for (const _ of [1, 2]) {
      await conversation.ask('what can I ask?', {}, { data: true });
    }
    expect(session.sent).toMatchObject([
      { text: 'rows of orders.csv' },
      { text: 'what can I ask?' }
    ]);
  });

  it('gives a question back as it was written, with its form and what it refines', async () => {
    const session = new Session();
    const conversation = new Conversation(session.context);
    await conversation.look();
    session.say({ type: 'frames', frames: [] });
    const needs = { data: true, draft: '/xlsx make it monthly' };
    await conversation.ask('make it monthly', { wants: 'xlsx', refine: 'q1' }, needs);
    expect(session.sent).toEqual([]);
    expect(conversation.getState()).toMatchObject({
      draft: '/xlsx make it monthly',
      refining: 'q1'
    });
  });

  it('asks no file of the folder before the cells of a new kernel have run', async () => {
    const session = new Session({ kernel: false });
    const conversation = new Conversation(session.context);
    await conversation.look();
    const needs = { kernel: session.startKernel, data: true, cells: true };
    const asked = conversation.ask('Mean price', {}, needs);
    await until(() => conversation.connection === 'connected');
    session.say({ type: 'frames', frames: [FRAME] });
    await asked;
    expect(session.sent).toEqual([]);
    expect(conversation.getState().draft).toBe('Mean price');
    const { notice } = conversation.getState();
    expect(notice?.message).toContain(`it knows ${FRAME.name} alone`);
    session.say({ type: 'frames', frames: [FRAME] });
    expect(conversation.getState().notice).toBe(notice);
    session.say({ type: 'frames', frames: [FRAME, { ...FRAME, name: 'made' }] });
    expect(conversation.getState().notice).toBeNull();
    await conversation.ask('Mean price', {}, needs);
    expect(session.sent).toMatchObject([{ type: 'ask', text: 'Mean price' }]);
  });

  it.each([
    { text: `Mean price of @${FRAME.name}`, cells: true },
    { text: 'Mean price', cells: false }
  ])('asks a new kernel of a file that is named, or the only data: %j', async ({ text, cells }) => {
    const session = new Session({ kernel: false });
    const conversation = new Conversation(session.context);
    await conversation.look();
    const needs = { kernel: session.startKernel, data: true, cells };
    const asked = conversation.ask(text, {}, needs);
    await until(() => conversation.connection === 'connected');
    session.say({ type: 'frames', frames: [FRAME] });
    await asked;
    expect(session.sent).toMatchObject([{ type: 'ask', text }]);
  });

  it('gives a question back where no kernel was chosen', async () => {
    const session = new Session({ kernel: false });
    const conversation = new Conversation(session.context);
    await conversation.look();
    await conversation.ask('Total revenue', {}, { kernel: async () => undefined });
    expect(conversation.connection).toBe('none');
    expect(conversation.turns).toEqual([]);
    expect(conversation.getState().draft).toBe('Total revenue');
  });

  it('asks for what it missed when the connection comes back', async () => {
    const session = new Session();
    const conversation = new Conversation(session.context);
    await conversation.look();
    session.connectionStatusChanged.emit('connected');
    expect(session.sent).toEqual([{ type: 'sync', known: [], language: 'en' }]);
  });

  it('shows what the kernel refuses', async () => {
    const session = new Session();
    const conversation = new Conversation(session.context);
    await conversation.look();
    const error = { kind: 'X', message: 'No.', next_step: 'Do.', detail: '' };
    session.say({ type: 'refused', request: '', error });
    expect(conversation.getState().notice).toEqual(error);
    const asked = conversation.request({ type: 'models' });
    const { request } = session.sent[0] as { request: string };
    session.say({ type: 'refused', request, error });
    expect(await asked).toBeNull();
    expect(conversation.getState().notice?.message).toBe('No. Do.');
  });
});
