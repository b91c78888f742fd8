import { Conversation } from '../conversation';
import { Session } from './session';

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise(resolve => setTimeout(resolve));
  }
}

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

  it('asks for what it missed when the connection comes back', async () => {
    const session = new Session();
    const conversation = new Conversation(session.context);
    await conversation.look();
    session.connectionStatusChanged.emit('connected');
    expect(session.sent).toEqual([{ type: 'sync', known: [] }]);
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
