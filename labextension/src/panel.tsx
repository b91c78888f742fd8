import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Drag } from '@lumino/dragdrop';
import { Message } from '@lumino/messaging';
import * as React from 'react';
import { Conversation } from './conversation';
import { cellLoads, cellRuns, insertCell, questionCell } from './notebook';
import { Services, ServicesContext } from './services';
import { failure } from './turns';
import { trans } from './translation';

// Fetched when the panel is first shown: the page loads without it.
const PanelView = React.lazy(async () => ({
  default: (await import('./components/panelview')).PanelView
}));

const CONTENTS = 'application/x-jupyter-icontents';

/** The side panel: it shows the conversation of the notebook that is in front. */
export class AnalystPanel extends ReactWidget {
  constructor(
    private _tracker: INotebookTracker,
    private _services: (notebook: NotebookPanel) => Services
  ) {
    super();
    this.id = 'analyst-magic-panel';
    this.addClass('am-Panel');
    this.node.setAttribute('role', 'region');
    this._name();
    trans.onChange(() => {
      this._name();
      this.update();
    });
    for (const name of ['dragover', 'drop', 'lm-dragenter', 'lm-dragover', 'lm-drop']) {
      this.node.addEventListener(name, event => this._dragged(event));
    }
    _tracker.currentChanged.connect(() => {
      this.update();
      this._look();
    });
  }

  /** The conversation of the notebook in front. */
  get conversation(): Conversation | null {
    const notebook = this._tracker.currentWidget;
    return notebook ? this._of(notebook) : null;
  }

  /** Put the cursor where a question is written. */
  focus(): void {
    this._wantsFocus = !this._input.current; // it is on its way
    this._input.current?.focus();
  }

  /** Whether the cursor is where a question is written. */
  get hasFocus(): boolean {
    return this._input.current !== null && document.activeElement === this._input.current;
  }

  /** The user's settings for all notebooks have changed. */
  reloadSettings(): void {
    this._tracker.forEach(notebook => this._conversations.get(notebook)?.reloadSettings());
  }

  /** Put a question where it can be changed before it is asked. */
  write(question: string): void {
    this.conversation?.write(question);
  }

  /** Whether Enter asks; else Ctrl+Enter does. */
  get enterAsks(): boolean {
    return this._enterAsks;
  }
  set enterAsks(value: boolean) {
    this._enterAsks = value;
    this.update();
  }

  protected render(): JSX.Element {
    const notebook = this._tracker.currentWidget;
    if (!notebook) {
      return <p className="am-Empty">{trans.__('Open a notebook to ask about its data.')}</p>;
    }
    return (
      <ServicesContext.Provider value={this._servicesOf(notebook)}>
        <React.Suspense fallback={null}>
          <PanelView
            key={notebook.id}
            conversation={this._of(notebook)}
            inputRef={this._input}
            enterAsks={this._enterAsks}
            onReady={() => this._wantsFocus && this.focus()}
            onMustWait={text => insertCell(notebook, questionCell(text))}
          />
        </React.Suspense>
      </ServicesContext.Provider>
    );
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._look();
  }

  protected onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this._look();
    this.focus();
  }

  private _name(): void {
    this.node.setAttribute('aria-label', trans.__('Analyst'));
    this.title.caption = trans.__('Analyst: ask about your data');
  }

  /** A data file that is dropped, from this machine or from the file browser, becomes data of the notebook. */
  private _dragged(event: Event): void {
    const { conversation, _tracker: tracker } = this;
    const paths = draggedPaths(event);
    const files = (event as DragEvent).dataTransfer?.types.includes('Files');
    if (!conversation || !tracker.currentWidget || !(paths.length || files)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (paths.length) {
      (event as Drag.Event).dropAction = (event as Drag.Event).proposedAction;
    }
    if (!event.type.endsWith('drop')) {
      return;
    }
    const { upload, beside } = this._servicesOf(tracker.currentWidget);
    const taken = paths.map(path => Promise.resolve(beside(path)));
    const uploaded = Array.from((event as DragEvent).dataTransfer?.files ?? []).map(upload);
    for (const file of [...taken, ...uploaded]) {
      void file.then(
        name => conversation.open(name),
        error => conversation.notify(failure(trans.__('The file was not taken: %1', String(error))))
      );
    }
  }

  /** Nothing is asked of a kernel before somebody looks at the panel. */
  private _look(): void {
    if (this.isVisible) {
      void this.conversation?.look();
    }
  }

  private _of(notebook: NotebookPanel): Conversation {
    let found = this._conversations.get(notebook);
    if (!found) {
      const made = (found = new Conversation(
        notebook.sessionContext,
        () => cellRuns(notebook),
        () => cellLoads(notebook)
      ));
      this._conversations.set(notebook, made);
      notebook.disposed.connect(() => made.dispose());
    }
    return found;
  }

  private _servicesOf(notebook: NotebookPanel): Services {
    let found = this._made.get(notebook);
    if (!found) {
      found = this._services(notebook);
      this._made.set(notebook, found);
    }
    return found;
  }

  private _enterAsks = true;
  private _wantsFocus = false;
  private _input = React.createRef<HTMLTextAreaElement>();
  private _conversations = new WeakMap<NotebookPanel, Conversation>();
  private _made = new WeakMap<NotebookPanel, Services>();
}

/** The paths of files that are dragged from the file browser. */
function draggedPaths(event: Event): string[] {
  const data = event.type.startsWith('lm-') ? (event as Drag.Event).mimeData : null;
  return data?.hasData(CONTENTS) ? (data.getData(CONTENTS) as string[]) : [];
}
