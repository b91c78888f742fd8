import { ISessionContext } from '@jupyterlab/apputils';
import { Kernel } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { ToKernel } from '../protocol';
import { check } from './contract';

interface Options {
  subshells?: boolean;
  language?: string;
  loaded?: boolean;
  /** Whether a kernel runs. */
  kernel?: boolean;
}

/** A session with a kernel that notes what it is asked, and in which order. */
export class Session {
  constructor(options: Options = {}) {
    const { subshells = true, language = 'python' } = options;
    this.loaded = options.loaded ?? true;
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
        const user_expressions = { loaded: data(this.loaded), installed: data(true) };
        return { done: Promise.resolve({ content: { status: 'ok', user_expressions } }) };
      }
    };
    this._kernel = kernel;
    this.context = {
      session: { kernel: options.kernel === false ? null : kernel },
      isReady: true,
      ready: Promise.resolve(),
      kernelChanged: this.kernelChanged,
      statusChanged: this.statusChanged,
      connectionStatusChanged: this.connectionStatusChanged
    } as unknown as ISessionContext;
  }

  /** The notebook gets its kernel. */
  startKernel = async (): Promise<void> => {
    (this.context as { session: unknown }).session = { kernel: this._kernel };
    this.kernelChanged.emit(null);
  };

  say(data: unknown): void {
    this.comm.onMsg({ content: { data }, buffers: [] });
  }

  /** Whether the extension is loaded in the kernel. */
  loaded: boolean;
  readonly log: string[] = [];
  readonly sent: ToKernel[] = [];
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  readonly connectionStatusChanged = new Signal<this, Kernel.ConnectionStatus>(this);
  readonly context: ISessionContext;
  readonly comm;
  private _kernel: unknown;
}
