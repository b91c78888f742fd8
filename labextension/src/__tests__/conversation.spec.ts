import { ISessionContext } from '@jupyterlab/apputils';
import { Kernel } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { Conversation } from '../conversation';
import { ToKernel } from '../protocol';
import { check } from './contract';

interface Options {
  subshells?: boolean;
  language?: string;
  loaded?: boolean;
}

/** A session with a kernel that notes what it is asked, and in which order. */
class Session {
  constructor(options: Options = {}) {
    const { subshells = true, language = 'python', loaded = true } = options;
    const comm = (this.comm = {
      isDisposed: false,
      commsOverSubshells: 'perCommTarget',
      subshellStarted: subshells ? Promise.resolve() : new Promise(() => undefined),
      subshellId: subshells ? 'sub-1' : null,
      onMsg: (_: unknown) => undefined as unknown,
      onClose: () => undefined,
      open: (data: unknown) => {
        this.log.push('open');
        check('to_kernel', data);
        void Promise.resolve().then(() => this.say({ type: 'welcome', version: 1, turns: [] }));
      },
      send: (data: ToKernel) => {
        check('to_kernel', data);
        this.sent.push(data);
      },
      dispose: () => undefined
    });
    const kernel = {
      info: Promise.resolve({ language_info: { name: language } }),
      supportsSubshells: subshells,
      username: '',
      clientId: 'c',
      createComm: () => comm,
      sendShellMessage: (message: {
        header: { subshell_id?: string };
        content: { code: string };
      }) => {
        this.log.push(
          `${message.content.code ? 'load' : 'look'} on ${message.header.subshell_id ?? 'main'}`
        );
        const data = (value: boolean) => ({ data: { 'text/plain': value ? 'True' : 'False' } });
        const user_expressions = { loaded: data(loaded), installed: data(true) };
        return { done: Promise.resolve({ content: { status: 'ok', user_expressions } }) };
      }
    };
    this.context = {
      session: { kernel },
      kernelChanged: this.kernelChanged,
      statusChanged: this.statusChanged,
      connectionStatusChanged: this.connectionStatusChanged
    } as unknown as ISessionContext;
  }

  say(data: unknown): void {
    this.comm.onMsg({ content: { data }, buffers: [] });
  }

  readonly log: string[] = [];
  readonly sent: ToKernel[] = [];
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  readonly connectionStatusChanged = new Signal<this, Kernel.ConnectionStatus>(this);
  readonly context: ISessionContext;
  readonly comm;
}

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
