import * as React from 'react';
import { Conversation } from '../conversation';
import { useServices } from '../services';
import { Connected, Link } from '../state';

const SAID: Record<Exclude<Link['at'], 'connected'>, string> = {
  none: 'No kernel runs for this notebook.',
  looking: 'Looking at the kernel …',
  offered: 'Analyst Magic is not loaded in this kernel.',
  loading: 'A cell is loading Analyst Magic …',
  missing:
    'Analyst Magic is not installed where this kernel runs. Install it there, as its README says, and connect again.',
  'not-python': 'This kernel is not Python; the panel needs a Python kernel.',
  connecting: 'Connecting …',
  lost: 'The kernel is away; the panel connects again when it is back.'
};

/** Where the panel stands with the kernel, and the button that goes on from there. */
export function LinkNote(props: { conversation: Conversation; link: Link }): JSX.Element | null {
  const { conversation, link } = props;
  const { startKernel } = useServices();
  if (link.at === 'connected') {
    return null;
  }
  const connect = () => void conversation.connect();
  const next: Partial<Record<Link['at'], [string, () => void]>> = {
    none: ['Start a kernel', () => void startKernel()],
    offered: ['Load it', connect],
    missing: ['Connect', connect],
    lost: ['Connect', connect]
  };
  const [label, go] = next[link.at] ?? ['', connect];
  return (
    <div className="am-Connection" role="status">
      <span>{SAID[link.at]}</span>
      {label && (
        <button className="am-Button am-mod-primary" onClick={go}>
          {label}
        </button>
      )}
    </div>
  );
}

const EXAMPLE =
  "import pandas as pd\n\norders = pd.DataFrame({\n    'month': pd.date_range('2025-01-01', periods=12, freq='MS').repeat(3),\n" +
  "    'region': ['North', 'South', 'West'] * 12,\n    'revenue': [(37 * n) % 101 + 60 + 2 * n for n in range(36)],\n})";

/** What an empty conversation says: what can be asked, and where no data are there, how to have some. */
export function Welcome(props: {
  conversation: Conversation;
  link: Connected;
  files: readonly string[];
  onAsk: (question: string) => void;
}): JSX.Element {
  const { conversation, link, files, onAsk } = props;
  const services = useServices();
  const [opening, setOpening] = React.useState('');
  const use = (name: string) => {
    setOpening(name);
    void conversation.open(name).finally(() => setOpening(''));
  };
  if (!link.frames) {
    return <p className="am-Empty">Looking at the notebook’s data …</p>;
  }
  if (!link.frames.length) {
    return (
      <div className="am-Empty">
        <p>
          This notebook has no data yet. Run a cell that makes a data frame, drop a data file here,
          or open one:
        </p>
        <div className="am-Suggestions">
          {services.hasCode() && (
            <button className="am-Suggestion" onClick={() => services.runAllCells()}>
              Run all cells
            </button>
          )}
          {files.map(name => (
            <button
              key={name}
              className="am-Suggestion"
              disabled={opening !== ''}
              onClick={() => use(name)}
            >
              {opening === name ? `Opening ${name} …` : name}
            </button>
          ))}
          <button className="am-Suggestion" onClick={() => services.insert(EXAMPLE)}>
            Put example data in a cell
          </button>
        </div>
      </div>
    );
  }
  return (
    <div className="am-Empty">
      <p>
        Ask about {link.frames.map(frame => frame.name).join(', ')} in plain words. The code that
        answers runs in a sandbox, never in your kernel.
      </p>
      <Suggestions questions={link.suggestions} onAsk={onAsk} title="For example:" />
      {link.settings && !link.settings.remote && (
        <p className="am-Note">
          {link.settings.model} answers by rules, without a model: nothing leaves this machine. A
          model reads freer questions; choose one above.
        </p>
      )}
      <p className="am-Note">
        Alt+A comes back here. @ names a frame or a column, / the form of the answer.
      </p>
    </div>
  );
}

/** Questions that one click asks. */
export function Suggestions(props: {
  questions: readonly string[];
  title: string;
  onAsk: (question: string) => void;
}): JSX.Element | null {
  return props.questions.length ? (
    <div className="am-Suggestions" role="group" aria-label={props.title}>
      <span className="am-Note">{props.title}</span>
      {props.questions.map(question => (
        <button
          key={question}
          type="button"
          className="am-Suggestion"
          title="Ask this"
          onClick={() => props.onAsk(question)}
        >
          {question}
        </button>
      ))}
    </div>
  ) : null;
}
