import { Kernel } from '@jupyterlab/services';
import { JSONObject, PromiseDelegate, UUID } from '@lumino/coreutils';
import { View } from './rows';
import { trans } from '../translation';

const TARGET = 'analyst_magic_tables';

/** What a comm of JupyterLab 4.4 and later has besides its interface. */
interface SubshellComm extends Kernel.IComm {
  readonly subshellStarted: Promise<void>;
}

/** What the kernel says of a table: values, and bytes beside them. */
export interface TableReply {
  value: Record<string, unknown>;
  bytes: Uint8Array;
}

/** What the tables of a notebook's cells ask the kernel for. */
export interface TableRequest extends Partial<View> {
  type: 'known' | 'window' | 'file' | 'edit';
  id: string;
  start?: number;
  rows?: number;
  format?: string;
  /** How a figure is to be drawn. */
  edit?: Record<string, string>;
}

/** Asks the kernel about a table that it keeps whole. */
export type AskTable = (request: TableRequest) => Promise<TableReply>;

const links = new WeakMap<Kernel.IKernelConnection, TableLink>();

/** Asks a kernel about the tables of its notebook's cells; one comm serves all of them. */
export function askTables(kernel: Kernel.IKernelConnection): AskTable {
  let link = links.get(kernel);
  if (!link || link.isOver) {
    link = new TableLink(kernel);
    links.set(kernel, link);
  }
  return request => link.ask(request);
}

/** A comm, on a subshell where the kernel has them, so that a running cell does not hold it up. */
class TableLink {
  constructor(kernel: Kernel.IKernelConnection) {
    this._comm = this._open(kernel);
    this._comm.catch(() => this._end());
  }

  /** Whether the kernel has no such comm, or has restarted. */
  isOver = false;

  async ask(request: TableRequest): Promise<TableReply> {
    const comm = await this._comm;
    if (this.isOver) {
      throw new Error(trans.__('The kernel went away.'));
    }
    const id = UUID.uuid4();
    const answer = new PromiseDelegate<TableReply>();
    this._waiting.set(id, answer);
    comm.send({ ...request, request: id } as JSONObject);
    return answer.promise;
  }

  private async _open(kernel: Kernel.IKernelConnection): Promise<Kernel.IComm> {
    const comm = kernel.createComm(TARGET) as SubshellComm;
    await kernel.info;
    if (kernel.supportsSubshells && comm.commsOverSubshells !== 'disabled') {
      await comm.subshellStarted;
    }
    comm.onMsg = message => this._take(message.content.data, message.buffers ?? []);
    comm.onClose = () => this._end();
    kernel.statusChanged.connect((_, status) => {
      if (status === 'restarting' || status === 'autorestarting' || status === 'dead') {
        this._end();
      }
    });
    comm.open({});
    return comm;
  }

  private _take(data: JSONObject, buffers: (ArrayBuffer | ArrayBufferView)[]): void {
    const answer = this._waiting.get(String(data.request));
    this._waiting.delete(String(data.request));
    if (data.error) {
      answer?.reject(new Error(String(data.error)));
    } else {
      answer?.resolve({ value: data.value as Record<string, unknown>, bytes: bytesOf(buffers[0]) });
    }
  }

  private _end(): void {
    this.isOver = true;
    for (const answer of this._waiting.values()) {
      answer.reject(new Error(trans.__('The kernel went away.')));
    }
    this._waiting.clear();
  }

  private _comm: Promise<Kernel.IComm>;
  private _waiting = new Map<string, PromiseDelegate<TableReply>>();
}

function bytesOf(buffer: ArrayBuffer | ArrayBufferView | undefined): Uint8Array {
  if (!buffer) {
    return new Uint8Array();
  }
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
