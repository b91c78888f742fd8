import { ISessionContext } from '@jupyterlab/apputils';
import { Kernel } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { KernelLink, Received } from './kernel';
import { AskOptions, Failure, Frame, Request, ToKernel } from './protocol';
import { Action, EMPTY, Link, NO_DATA, NOT_RUN, State, reduce, running } from './state';
import { Turn, failure, isOpen } from './turns';
import { trans } from './translation';

type At = Link['at'];

const SOON = 5000; // ms in which a notebook that opens gets its kernel

/** What a question needs before it can be asked. */
export interface Needs {
  /** Starts a kernel where none runs. */
  kernel?: () => Promise<void>;
  /** Whether it can be answered from data of the notebook alone, as it brings none of its own. */
  data?: boolean;
  /** Whether the notebook has cells that may make data, which a new kernel has not run. */
  cells?: boolean;
  /** How it was written, with the form of the answer; the question alone where this is not given. */
  draft?: string;
}

/**
 * The conversation of one notebook and the link to its kernel. What is shown of it is its `state`, which only `reduce`
 * changes; views read it by `subscribe` and `getState`.
 */
export class Conversation implements IDisposable {
  /**
   * @param session - The notebook's.
   * @param _cellRuns - Whether a cell of the notebook runs now.
   * @param _cellLoads - Whether such a cell loads the extension.
   */
  constructor(
    readonly session: ISessionContext,
    private readonly _cellRuns: () => boolean = () => false,
    private readonly _cellLoads: () => boolean = () => false
  ) {
    session.kernelChanged.connect(this._onKernelChanged, this);
    session.statusChanged.connect(this._onStatus, this);
    session.connectionStatusChanged.connect(this._onConnectionStatus, this);
  }

  /** What is shown, now. */
  getState = (): State => this._state;

  /**
   * Call back when the state has changed; at most once a frame for what the kernel says, as an answer comes in many
   * small pieces.
   *
   * @returns What ends it.
   */
  subscribe = (listener: () => void): (() => void) => {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  };

  /** Change what is shown. */
  dispatch(action: Action): void {
    const state = reduce(this._state, action);
    if (state === this._state || this._isDisposed) {
      return;
    }
    this._state = state;
    if (action.type !== 'received') {
      this._tell(); // at once: what is typed has to be shown before the next key
      return;
    }
    // A page in the background gets no frames.
    const wait = document.hidden
      ? (tell: () => void) => setTimeout(tell, 100)
      : requestAnimationFrame;
    this._telling ||= wait(this._tell) as number;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get turns(): readonly Turn[] {
    return this._state.turns;
  }

  get connection(): At {
    return this._state.link.at;
  }

  /** The question that is being answered. */
  get running(): Turn | undefined {
    return running(this._state);
  }

  /** Whether a question would have to wait for the cell that runs. */
  get mustWait(): boolean {
    return this._link !== null && this._link.isOpen && !this._link.hasSubshell && this._busy;
  }

  /** Find out where the kernel stands, and connect where the extension is loaded already. */
  async look(): Promise<void> {
    const kernel = this._kernel;
    if (!kernel) {
      this._awaitKernel();
      return;
    }
    if (this.connection === 'connected' || this._connecting || this._looking) {
      return;
    }
    this._looking = true;
    if (this.connection === 'none') {
      this._set('looking');
    }
    const life = this._life;
    try {
      const readiness = await this._newLink(kernel).readiness();
      if (life !== this._life || this._connecting) {
        return; // the kernel has gone meanwhile, and its next one is looked at anew
      }
      if (readiness === 'loaded' || (readiness === 'installed' && this._wanted)) {
        await this.connect();
      } else {
        this._set(
          readiness !== 'installed' ? readiness : this._cellLoads() ? 'loading' : 'offered'
        );
      }
    } catch (error) {
      if (life === this._life) {
        this._fail(error);
      }
    } finally {
      if (life === this._life) {
        this._looking = false;
      }
    }
  }

  /** Connect with the kernel, loading the extension in it where need be. */
  async connect(): Promise<void> {
    const life = this._life;
    this._connecting ??= this._connect(life).finally(() => {
      if (life === this._life) {
        this._connecting = null;
      }
    });
    await this._connecting;
  }

  /**
   * Ask; the answer comes by `changed`. Returns the question's name.
   *
   * A question that has no data to be answered from goes back to where it was written, with what can be done; asked once
   * more as it is, it is sent.
   */
  async ask(text: string, options: AskOptions = {}, needs: Needs = {}): Promise<string> {
    const id = UUID.uuid4();
    this.dispatch({ type: 'asked', id, question: text });
    if (await this._isReady(id, text, needs, options.refine)) {
      this._send({ type: 'ask', id, text, ...options });
    }
    return id;
  }

  /** Answer a question in steps, by a plan that comes first. */
  async investigate(text: string, needs: Needs = {}): Promise<void> {
    const id = UUID.uuid4();
    this.dispatch({ type: 'asked', id, question: text });
    if (await this._isReady(id, text, needs)) {
      this._send({ type: 'investigate', id, text });
    }
  }

  /** Take a plan, as it was changed; null takes none. */
  approve(id: string, steps: { place: number; question: string }[] | null): void {
    this._send({ type: 'approve', id, steps });
  }

  /** Ask a question once more, as it was asked. */
  again(turn: Turn): void {
    const more: AskOptions = turn.status === 'done' ? { again: turn.id } : {};
    void this.ask(turn.question, turn.status === 'past' ? {} : { fresh: true, ...more });
  }

  /** Change what an answered question asked; an empty name ends it. */
  refine(id: string): void {
    this.dispatch({ type: 'refining', id });
  }

  /** Keep what is being written. */
  write(draft: string): void {
    this.dispatch({ type: 'wrote', draft });
  }

  /** Show what a model would be told of a question. */
  async preview(question: string): Promise<void> {
    const { draft } = this._state;
    const reply = await this.request({ type: 'context', text: question });
    if (this._state.draft !== draft) {
      return; // what is written has changed meanwhile
    }
    const value = reply?.value;
    this.dispatch({
      type: 'previewed',
      preview: value
        ? {
            question,
            text: String(value.text),
            size: String(value.size),
            model: String(value.model),
            remote: value.remote === true
          }
        : null
    });
  }

  /** Keep whether an answer is right; null takes it back. */
  async mark(id: string, good: boolean | null): Promise<void> {
    if (await this.request({ type: 'mark', id, good })) {
      this.dispatch({ type: 'marked', id, good });
    }
  }

  /** Make a data file beside the notebook known to all its questions; gives the name of its frame, or null. */
  async open(file: string): Promise<string | null> {
    const reply = await this.request({ type: 'open', file });
    this.refresh();
    return reply ? String(reply.value.name) : null;
  }

  /** Begin anew: the panel forgets its questions, and later ones go on from none of them. */
  clear(): void {
    this.dispatch({ type: 'forgot', turns: 'all' });
    window.localStorage.setItem(this._clearedKey, new Date().toISOString());
    if (this.connection === 'connected') {
      this._send({ type: 'forget' });
    }
  }

  /** Stop a question; its end is told by the kernel. */
  stop(id?: string): void {
    const turn = id === undefined ? this.running : this.turns.find(known => known.id === id);
    if (turn && this._held.has(turn.id)) {
      this._held.get(turn.id)!(false);
      this._held.delete(turn.id);
    } else if (turn && isOpen(turn)) {
      this._send({ type: 'stop', id: turn.id });
    }
  }

  /** Change what the notebook's questions may use, or how they are answered. */
  change(message: ToKernel & { type: 'hide' | 'pin' | 'drop' | 'set' }): void {
    this._send(message);
  }

  /** The user's settings for all notebooks have changed. */
  reloadSettings(): void {
    if (this.connection === 'connected') {
      this._send({ type: 'reload' });
    }
  }

  /** A cell that loads the extension is about to run. */
  cellWillLoad(): void {
    if (this.connection === 'offered') {
      this._set('loading');
    }
  }

  /** Look again, as after a cell has run: at the frames, or at whether the extension is there now. */
  refresh(): void {
    if (!this._cellRuns()) {
      this._release(true);
    }
    if (this.connection === 'connected') {
      this._send({ type: 'frames' });
    } else if (['offered', 'missing', 'loading'].includes(this.connection)) {
      void this.look();
    }
  }

  /** Ask the kernel for something that is answered by one reply; null where it failed, which is then shown. */
  async request(
    request: Request
  ): Promise<{ value: Record<string, unknown>; buffer: DataView | null } | null> {
    try {
      if (!this._link) {
        throw new Error(trans.__('The kernel is not connected.'));
      }
      return await this._link.request(request);
    } catch (error) {
      this.notify(failure(error instanceof Error ? error.message : String(error)));
      return null;
    }
  }

  /** Show something that went wrong, or clear it. */
  notify(notice: Failure | null): void {
    this.dispatch({ type: 'failed', notice });
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._link?.dispose();
    Signal.clearData(this);
  }

  private _tell = (): void => {
    this._telling = 0;
    this._listeners.forEach(listener => listener());
  };

  /** Where the page keeps when this notebook's conversation was begun anew: the history is not told. */
  private get _clearedKey(): string {
    return `analyst-magic:cleared:${this.session.path}`;
  }

  /** Where the page keeps that this notebook had the extension loaded: its next kernels load it by themselves. */
  private get _wantedKey(): string {
    return `analyst-magic:loaded:${this.session.path}`;
  }

  private get _wanted(): boolean {
    return window.localStorage.getItem(this._wantedKey) !== null;
  }

  private get _kernel(): Kernel.IKernelConnection | null {
    return this.session.session?.kernel ?? null;
  }

  private async _connect(life: number): Promise<void> {
    const kernel = this._kernel;
    if (!kernel) {
      this._set('none');
      return;
    }
    this._set('connecting');
    try {
      const link =
        this._link?.kernel === kernel && !this._link.isOpen ? this._link : this._newLink(kernel);
      const readiness = await link.readiness();
      if (life !== this._life) {
        return;
      }
      if (readiness === 'missing' || readiness === 'not-python') {
        this._set(readiness);
        return;
      }
      await link.open(this._known());
      if (life === this._life) {
        window.localStorage.setItem(this._wantedKey, 'yes');
        this.dispatch({ type: 'connected' });
      }
    } catch (error) {
      if (life === this._life) {
        this._fail(error);
      }
    }
  }

  private _newLink(kernel: Kernel.IKernelConnection): KernelLink {
    this._link?.dispose();
    const link = (this._link = new KernelLink(kernel));
    link.received.connect(this._onReceived, this);
    link.closed.connect(this._onClosed, this);
    return link;
  }

  private _known(): string[] {
    return this.turns.filter(turn => turn.status === 'done').map(turn => turn.id);
  }

  private _send(message: ToKernel): void {
    try {
      if (!this._link) {
        throw new Error(trans.__('The kernel is not connected.'));
      }
      this._link.send(message);
    } catch (error) {
      this._fail(error);
    }
  }

  private _onReceived(link: KernelLink, { message, buffer }: Received): void {
    if (link !== this._link) {
      return;
    }
    if (message.type === 'past') {
      const cleared = Date.parse(window.localStorage.getItem(this._clearedKey) ?? '') || 0;
      const turns = message.turns.filter(turn => Date.parse(turn.at) > cleared);
      this.dispatch({ type: 'received', message: { ...message, turns }, buffer });
      return;
    }
    this.dispatch({ type: 'received', message, buffer });
    if (message.type === 'frames' && message.frames.length) {
      this._release(true);
    }
    if (message.type === 'done') {
      this.refresh();
    }
  }

  private _onClosed(link: KernelLink): void {
    if (link === this._link && this.connection === 'connected') {
      this._set('lost');
    }
  }

  private _onKernelChanged(): void {
    if (this._link) {
      this._gone();
    } else {
      this._life += 1;
      this._looking = false;
      this._awaitKernel();
    }
    if (this._kernel) {
      void this.look();
    }
  }

  private _onStatus(_: ISessionContext, status: Kernel.Status): void {
    if (status === 'busy' || status === 'idle') {
      this._busy = status === 'busy';
    }
    if (status === 'restarting' || status === 'autorestarting' || status === 'dead') {
      this._gone();
    } else if (status === 'idle' && ['lost', 'looking'].includes(this.connection)) {
      void this.look();
    }
  }

  private _onConnectionStatus(_: ISessionContext, status: Kernel.ConnectionStatus): void {
    if (status === 'connected' && this.connection === 'connected' && this._link?.isOpen) {
      this._send({ type: 'sync', known: this._known(), language: trans.language });
    }
  }

  /** The kernel is gone, and with it what it had not answered. */
  private _gone(): void {
    this._life += 1;
    this._release(false);
    this._looking = false; // what the old kernel was asked is never answered
    this._connecting = null;
    this.dispatch({ type: 'gone' });
    this._link?.dispose();
    this._link = null;
    this._busy = false;
    this._set(this._kernel ? 'lost' : 'none');
  }

  /** A notebook that opens gets its kernel soon; until then it is not said to have none. */
  private _awaitKernel(): void {
    const isOpening = this._kernel !== null || !this.session.isReady;
    this._set(isOpening ? 'looking' : 'none');
    if (isOpening && !this._kernel) {
      const end = () => {
        if (!this._kernel && this.connection === 'looking') {
          this._set('none');
        }
      };
      void this.session.ready.then(end);
      window.setTimeout(end, SOON);
    }
  }

  /** Whether a question can be sent, once its kernel is there; where not, it goes back to where it was written. */
  private async _isReady(id: string, text: string, needs: Needs, refine = ''): Promise<boolean> {
    const draft = needs.draft ?? text;
    const withdraw = () => this.dispatch({ type: 'withdrawn', id, draft, refining: refine });
    if (!this._kernel && !this.session.isReady) {
      await Promise.race([this.session.ready, new Promise(end => window.setTimeout(end, SOON))]);
    }
    const isNew = !this._kernel;
    if (isNew) {
      await needs.kernel?.();
    }
    if (this.connection !== 'connected') {
      await this.connect();
    }
    if (this.connection === 'none') {
      withdraw();
      return false;
    }
    if (this.connection !== 'connected') {
      this.dispatch({ type: 'unsent', id });
      return false;
    }
    if (!(await this._mayAsk(id))) {
      withdraw();
      return false;
    }
    const lack =
      needs.data && draft !== this._unasked ? await this._lack(text, isNew, needs) : null;
    if (lack) {
      this._unasked = draft;
      withdraw();
      this.notify(lack);
    }
    return !lack;
  }

  /** What a question lacks: any data, or those that the cells make which a new kernel has not run; else null. */
  private async _lack(text: string, isNew: boolean, needs: Needs): Promise<Failure | null> {
    const frames = await this._frames();
    if (!frames?.length) {
      return (
        frames && {
          kind: NO_DATA,
          message: isNew
            ? trans.__('The kernel is new and has no data yet, so nothing was asked.')
            : trans.__('This notebook has no data yet, so nothing was asked.'),
          next_step: trans.__(
            'Make or open some as said above; your question is kept. Ask once more to ask it as it is.'
          ),
          detail: ''
        }
      );
    }
    const words = text.toLowerCase().split(/[^\p{L}\p{N}_]+/u);
    if (!isNew || !needs.cells || frames.some(frame => words.includes(frame.name.toLowerCase()))) {
      return null;
    }
    const names = frames.map(frame => frame.name).join(', ');
    return {
      kind: NOT_RUN,
      message: trans.__(
        'The kernel is new and has run no cell of this notebook: it knows %1 alone. Nothing was asked.',
        names
      ),
      next_step: trans.__(
        'Run the cells that make your data; your question is kept. Ask once more to ask it of %1.',
        names
      ),
      detail: ''
    };
  }

  /** The data that the notebook has; the kernel's word on them is waited for. Null where it has gone meanwhile. */
  private async _frames(): Promise<readonly Frame[] | null> {
    const known = () => this._state.link.at !== 'connected' || this._state.link.frames !== null;
    if (!known()) {
      await new Promise<void>(resolve => {
        const end = this.subscribe(() => {
          if (known()) {
            end();
            resolve();
          }
        });
      });
    }
    const { link } = this._state;
    return link.at === 'connected' ? link.frames : null;
  }

  /** Where there are no data yet and a cell runs, wait for it: it may make them. False where the question is stopped. */
  private async _mayAsk(id: string): Promise<boolean> {
    const { link } = this._state;
    const none = link.at === 'connected' && !link.frames?.length;
    return !none || !this._cellRuns() || new Promise(resolve => this._held.set(id, resolve));
  }

  private _release(go: boolean): void {
    this._held.forEach(resolve => resolve(go));
    this._held.clear();
  }

  private _set(at: Exclude<At, 'connected'>): void {
    this.dispatch({ type: 'linked', at });
  }

  private _fail(error: unknown): void {
    if (this._isDisposed) {
      return;
    }
    this._set(this._kernel ? 'lost' : 'none');
    this.notify(
      failure(
        error instanceof Error ? error.message : String(error),
        trans.__('Press Connect; if it stays, restart the kernel.')
      )
    );
  }

  private _link: KernelLink | null = null;
  private _connecting: Promise<void> | null = null;
  private _looking = false;
  private _life = 0;
  private _unasked = '';
  private _held = new Map<string, (go: boolean) => void>();
  private _busy = false;
  private _isDisposed = false;
  private _state = EMPTY;
  private _telling = 0;
  private _listeners = new Set<() => void>();
}
