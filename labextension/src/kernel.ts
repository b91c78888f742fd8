import { Kernel, KernelMessage } from '@jupyterlab/services';
import { JSONObject, PromiseDelegate, UUID } from '@lumino/coreutils';
import { ISignal, Signal } from '@lumino/signaling';
import { Request, TARGET, ToKernel, ToPanel } from './protocol';
import { trans } from './translation';

const LOAD = "get_ipython().extension_manager.load_extension('analyst_magic')";
const LOADED = "'analyst_magic' in get_ipython().extension_manager.loaded";
const INSTALLED = "__import__('importlib.util').util.find_spec('analyst_magic') is not None";

/** What a comm of JupyterLab 4.4 and later has besides its interface. */
interface SubshellComm extends Kernel.IComm {
  readonly subshellId: string | null;
  readonly subshellStarted: Promise<void>;
}

/** What is known of a kernel before anything is loaded in it. */
export type Readiness = 'loaded' | 'installed' | 'missing' | 'not-python';

/** A message with what travelled beside it. */
export interface Received {
  message: ToPanel;
  buffer: DataView | null;
}

/** One comm with one kernel, on a subshell where the kernel has them, so that a running cell does not hold it up. */
export class KernelLink {
  constructor(readonly kernel: Kernel.IKernelConnection) {}

  /** What the kernel says. */
  get received(): ISignal<this, Received> {
    return this._received;
  }

  /** The comm ended without our doing. */
  get closed(): ISignal<this, void> {
    return this._closed;
  }

  /** Whether the kernel answers while a cell runs. */
  get hasSubshell(): boolean {
    return this._subshellId !== null;
  }

  get isOpen(): boolean {
    return this._comm !== null && !this._comm.isDisposed;
  }

  /** Whether the kernel is Python, and whether the extension is there and loaded. */
  async readiness(): Promise<Readiness> {
    const info = await this.kernel.info;
    if (info.language_info.name !== 'python') {
      return 'not-python';
    }
    await this._prepare();
    const found = await this._execute('', { loaded: LOADED, installed: INSTALLED });
    return found.loaded === 'True'
      ? 'loaded'
      : found.installed === 'True'
        ? 'installed'
        : 'missing';
  }

  /**
   * Load the extension where need be, and open the comm.
   *
   * @param known - Questions whose end is known already.
   * @throws Error - The extension does not load, or the kernel does not take the comm.
   */
  async open(known: string[]): Promise<void> {
    const comm = await this._prepare();
    await this._execute(LOAD);
    const welcomed = new PromiseDelegate<void>();
    comm.onMsg = message => {
      const data = message.content.data as unknown as ToPanel;
      if (data.type === 'welcome') {
        welcomed.resolve();
      }
      this._take(data, message.buffers);
    };
    comm.onClose = () => {
      welcomed.reject(new Error(trans.__('The kernel does not know the panel: restart it.')));
      this._drop();
    };
    comm.open({ type: 'sync', known, language: trans.language });
    this._comm = comm;
    await welcomed.promise;
  }

  /** Tell the kernel something. */
  send(message: ToKernel): void {
    if (!this.isOpen) {
      throw new Error(trans.__('The kernel is not connected.'));
    }
    this._comm!.send(message as unknown as JSONObject);
  }

  /** Ask the kernel for something that is answered by one reply. */
  async request(
    request: Request
  ): Promise<{ value: Record<string, unknown>; buffer: DataView | null }> {
    const id = UUID.uuid4();
    const answer = new PromiseDelegate<{
      value: Record<string, unknown>;
      buffer: DataView | null;
    }>();
    this._requests.set(id, answer);
    try {
      this.send({ ...request, request: id });
      return await answer.promise;
    } finally {
      this._requests.delete(id);
    }
  }

  dispose(): void {
    const comm = this._comm;
    this._comm = null;
    if (comm && !comm.isDisposed) {
      comm.onClose = () => undefined;
      comm.dispose();
    }
    this._failRequests();
    Signal.clearData(this);
  }

  /**
   * A comm whose subshell runs. `subshellStarted` never settles where there is none, and a comm that opens before it
   * opens on the main shell.
   */
  private async _prepare(): Promise<Kernel.IComm> {
    if (!this._prepared || this._prepared.isDisposed) {
      this._prepared = this.kernel.createComm(TARGET) as SubshellComm;
    }
    const comm = this._prepared;
    await this.kernel.info;
    if (this.kernel.supportsSubshells && comm.commsOverSubshells !== 'disabled') {
      await comm.subshellStarted;
      this._subshellId = comm.subshellId;
    }
    return comm;
  }

  /** Run code of ours on the panel's subshell; the values of the expressions come back as their representations. */
  private async _execute(
    code: string,
    expressions: Record<string, string> = {}
  ): Promise<Record<string, string>> {
    const message = KernelMessage.createMessage<KernelMessage.IExecuteRequestMsg>({
      msgType: 'execute_request',
      channel: 'shell',
      username: this.kernel.username,
      session: this.kernel.clientId,
      subshellId: this._subshellId ?? undefined,
      content: {
        code,
        silent: true,
        store_history: false,
        allow_stdin: true, // nothing asks; what is said here holds for a cell that runs meanwhile too
        stop_on_error: false,
        user_expressions: expressions
      }
    });
    const future = this.kernel.sendShellMessage(message, true);
    const reply = (await future.done) as KernelMessage.IExecuteReplyMsg;
    if (reply.content.status !== 'ok') {
      throw new Error(
        'evalue' in reply.content ? reply.content.evalue : trans.__('The kernel did not run it.')
      );
    }
    const found = reply.content.user_expressions as Record<
      string,
      { data?: Record<string, string> }
    >;
    return Object.fromEntries(
      Object.entries(found).map(([name, value]) => [name, value.data?.['text/plain'] ?? ''])
    );
  }

  private _take(message: ToPanel, buffers: (ArrayBuffer | ArrayBufferView)[] = []): void {
    const buffer = buffers.length ? asView(buffers[0]) : null;
    if (message.type === 'reply') {
      this._requests.get(message.request)?.resolve({ value: message.value, buffer });
    } else if (message.type === 'refused' && this._requests.has(message.request)) {
      const { message: said, next_step } = message.error;
      this._requests.get(message.request)!.reject(new Error(`${said} ${next_step}`.trim()));
    } else {
      this._received.emit({ message, buffer });
    }
  }

  private _drop(): void {
    this._comm = this._prepared = null;
    this._failRequests();
    this._closed.emit();
  }

  private _failRequests(): void {
    for (const answer of this._requests.values()) {
      answer.reject(new Error(trans.__('The kernel went away.')));
    }
    this._requests.clear();
  }

  private _prepared: SubshellComm | null = null;
  private _comm: Kernel.IComm | null = null;
  private _subshellId: string | null = null;
  private _requests = new Map<
    string,
    PromiseDelegate<{ value: Record<string, unknown>; buffer: DataView | null }>
  >();
  private _received = new Signal<this, Received>(this);
  private _closed = new Signal<this, void>(this);
}

function asView(buffer: ArrayBuffer | ArrayBufferView): DataView {
  return ArrayBuffer.isView(buffer)
    ? new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new DataView(buffer);
}
