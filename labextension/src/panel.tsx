import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';
import { PanelView } from './components/panelview';
import { Conversation } from './conversation';
import { insertCell, questionCell } from './notebook';
import { Services, ServicesContext } from './services';

/** The side panel: it shows the conversation of the notebook that is in front. */
export class AnalystPanel extends ReactWidget {
  constructor(
    private _tracker: INotebookTracker,
    private _services: (notebook: NotebookPanel) => Services
  ) {
    super();
    this.id = 'analyst-magic-panel';
    this.addClass('am-Panel');
    this.node.setAttribute('aria-label', 'Analyst');
    this.node.setAttribute('role', 'region');
    this.title.caption = 'Analyst: ask about your data';
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
    this._input.current?.focus();
  }

  /** Put a question where it can be changed before it is asked. */
  write(question: string): void {
    this._draft = question;
    this.update();
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
      return <p className="am-Empty">Open a notebook to ask about its data.</p>;
    }
    return (
      <ServicesContext.Provider value={this._servicesOf(notebook)}>
        <PanelView
          key={notebook.id}
          conversation={this._of(notebook)}
          inputRef={this._input}
          enterAsks={this._enterAsks}
          draft={this._draft}
          onDraftTaken={() => {
            this._draft = '';
          }}
          onMustWait={text => insertCell(notebook, questionCell(text))}
        />
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

  /** Nothing is asked of a kernel before somebody looks at the panel. */
  private _look(): void {
    if (this.isVisible) {
      void this.conversation?.look();
    }
  }

  private _of(notebook: NotebookPanel): Conversation {
    let found = this._conversations.get(notebook);
    if (!found) {
      const made = (found = new Conversation(notebook.sessionContext));
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

  private _draft = '';
  private _enterAsks = true;
  private _input = React.createRef<HTMLTextAreaElement>();
  private _conversations = new WeakMap<NotebookPanel, Conversation>();
  private _made = new WeakMap<NotebookPanel, Services>();
}
