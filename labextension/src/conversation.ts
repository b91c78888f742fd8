import { ISessionContext } from '@jupyterlab/apputils';
import { Kernel } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';
import { KernelLink, Received } from './kernel';
import { AskOptions, Failure, Frame, isOfTurn, Request, Settings, ToKernel } from './protocol';
import { failure, lose, newTurn, take, Turn } from './turns';

/** Where the panel stands with the notebook's kernel. */
export type Connection =
  | 'none' // no kernel runs
  | 'looking' // asking whether the extension is there
  | 'offered' // it is there, and not loaded
  | 'missing' // it is not installed in the kernel's environment
  | 'not-python'
  | 'connecting'
  | 'connected'
  | 'lost'; // it was connected, and will be again

/** The conversation of one notebook: its questions, frames and settings, and the link to its kernel. */
export class Conversation implements IDisposable {
  constructor(readonly session: ISessionContext) {
    session.kernelChanged.connect(this._onKernelChanged, this);
    session.statusChanged.connect(this._onStatus, this);
    session.connectionStatusChanged.connect(this._onConnectionStatus, this);
  }

  readonly turns: Turn[] = [];
  frames: Frame[] = [];
  settings: Settings | null = null;
  notice: Failure | null = null;
  connection: Connection = 'none';

  /** Something changed that a view shows. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The question that is being answered. */
  get running(): Turn | undefined {
    return this.turns.find(turn => turn.status === 'running' || turn.status === 'sending');
  }

  /** Whether a question would have to wait for the cell that runs. */
  get mustWait(): boolean {
    return this._link !== null && this._link.isOpen && !this._link.hasSubshell && this._busy;
  }

  /** Find out where the kernel stands, and connect where the extension is loaded already. */
  async look(): Promise<void> {
    const kernel = this._kernel;
    if (!kernel) {
      this._set('none');
      return;
    }
    if (this.connection === 'connected' || this._connecting || this._looking) {
      return;
    }
    this._looking = true;
    if (this.connection === 'none') {
      this._set('looking');
    }
    try {
      const readiness = await this._newLink(kernel).readiness();
      if (readiness === 'loaded' || (readiness === 'installed' && this._wanted)) {
        await this.connect();
      } else {
        this._set(readiness === 'installed' ? 'offered' : readiness);
      }
    } catch (error) {
      this._fail(error);
    } finally {
      this._looking = false;
    }
  }

  /** Connect with the kernel, loading the extension in it where need be. */
  async connect(): Promise<void> {
    this._wanted = true;
    this._connecting ??= this._connect().finally(() => {
      this._connecting = null;
    });
    await this._connecting;
  }

  /** Ask; the answer comes by `changed`. Returns the question's name. */
  async ask(text: string, options: AskOptions = {}): Promise<string> {
    const turn = newTurn(UUID.uuid4(), text);
    this.turns.push(turn);
    this._changed.emit();
    if (this.connection !== 'connected') {
      await this.connect();
    }
    if (this.connection === 'connected') {
      this._send({ type: 'ask', id: turn.id, text, ...options });
    } else {
      lose([turn]);
      this._changed.emit();
    }
    return turn.id;
  }

  /** Stop a question; its end is told by the kernel. */
  stop(id?: string): void {
    const turn = id === undefined ? this.running : this.turns.find(known => known.id === id);
    if (turn) {
      this._send({ type: 'stop', id: turn.id });
    }
  }

  /** Change what the notebook's questions may use, or how they are answered. */
  change(message: ToKernel & { type: 'hide' | 'pin' | 'drop' | 'set' }): void {
    this._send(message);
  }

  /** Look again, as after a cell has run: at the frames, or at whether the extension is there now. */
  refresh(): void {
    if (this.connection === 'connected') {
      this._send({ type: 'frames' });
    } else if (this.connection === 'offered' || this.connection === 'missing') {
      void this.look();
    }
  }

  /** Ask the kernel for something that is answered by one reply; null where it failed, which is then shown. */
  async request(
    request: Request
  ): Promise<{ value: Record<string, unknown>; buffer: DataView | null } | null> {
    try {
      if (!this._link) {
        throw new Error('The kernel is not connected.');
      }
      return await this._link.request(request);
    } catch (error) {
      this.notify(failure(error instanceof Error ? error.message : String(error)));
      return null;
    }
  }

  /** Show something that went wrong, or clear it. */
  notify(notice: Failure | null): void {
    this.notice = notice;
    this._changed.emit();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._link?.dispose();
    Signal.clearData(this);
  }

  private get _kernel(): Kernel.IKernelConnection | null {
    return this.session.session?.kernel ?? null;
  }

  private async _connect(): Promise<void> {
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
      if (readiness === 'missing' || readiness === 'not-python') {
        this._set(readiness);
        return;
      }
      await link.open(this._known());
      this._set('connected');
    } catch (error) {
      this._fail(error);
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
        throw new Error('The kernel is not connected.');
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
    if (isOfTurn(message)) {
      take(this.turns, message, buffer);
      if (message.type === 'done') {
        this.refresh();
      }
    } else if (message.type === 'welcome') {
      lose(
        this.turns.filter(turn => !message.turns.includes(turn.id) && turn.status === 'running')
      );
    } else if (message.type === 'frames') {
      this.frames = message.frames;
    } else if (message.type === 'settings') {
      const { type: _type, ...settings } = message;
      this.settings = settings;
    } else if (message.type === 'refused') {
      this.notice = message.error;
    }
    this._changed.emit();
  }

  private _onClosed(link: KernelLink): void {
    if (link === this._link && this.connection === 'connected') {
      this._set('lost');
    }
  }

  private _onKernelChanged(): void {
    this._gone();
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
    } else if (status === 'idle' && this.connection === 'lost') {
      void this.look();
    }
  }

  private _onConnectionStatus(_: ISessionContext, status: Kernel.ConnectionStatus): void {
    if (status === 'connected' && this.connection === 'connected' && this._link?.isOpen) {
      this._send({ type: 'sync', known: this._known() });
    }
  }

  /** The kernel is gone, and with it what it had not answered. */
  private _gone(): void {
    lose(this.turns);
    this._link?.dispose();
    this._link = null;
    this._busy = false;
    this.frames = [];
    this._set(this._kernel ? 'lost' : 'none');
  }

  private _set(connection: Connection): void {
    this.connection = connection;
    this._changed.emit();
  }

  private _fail(error: unknown): void {
    if (this._isDisposed) {
      return;
    }
    this.connection = this._kernel ? 'lost' : 'none';
    this.notify(
      failure(
        error instanceof Error ? error.message : String(error),
        'Press Connect; if it stays, restart the kernel.'
      )
    );
  }

  private _link: KernelLink | null = null;
  private _connecting: Promise<void> | null = null;
  private _looking = false;
  private _wanted = false;
  private _busy = false;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
}
