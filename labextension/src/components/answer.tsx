import * as React from 'react';
import { Done, Result } from '../protocol';
import { Words } from './prose';
import { trans } from '../translation';

/** The answer in words, in the look of its kind, and how the question was understood. */
export function AnswerWords(props: { done: Done; onAsk: (question: string) => void }): JSX.Element {
  const { done, onAsk } = props;
  const size = done.brief ? ' am-mod-brief' : '';
  return (
    <>
      <Words html={done.answer_html} className={`am-Answer am-mod-${done.kind}${size}`} />
      {done.kind === 'refusal' && done.offers.length > 0 && (
        <div className="am-Offers">
          {trans.__('These data can be asked about:')}
          <ul>
            {done.offers.map((offer, index) => (
              <li key={index}>{offer}</li>
            ))}
          </ul>
        </div>
      )}
      {(done.kind === 'refusal' || done.kind === 'question') && done.questions.length > 0 && (
        <div className="am-Offers">
          {done.kind === 'question' ? trans.__('Ask one of these:') : trans.__('For example:')}
          <ul>
            {done.questions.map(question => (
              <li key={question}>
                <button
                  type="button"
                  className="am-Button"
                  title={trans.__('Ask this')}
                  onClick={() => onAsk(question)}
                >
                  {question}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {done.kind === 'question' && <p className="am-Note">{trans.__('Answer below.')}</p>}
      <Words html={done.reading_html} className="am-Reading" />
    </>
  );
}

/** A result that is one number: large, unless words say it above; all its digits are in the tooltip. */
export function NumberCard(props: {
  number: NonNullable<Result['number']>;
  large: boolean;
}): JSX.Element {
  const { text, exact, label, unit } = props.number;
  return (
    <div className={`am-Number${props.large ? ' am-mod-large' : ''}`} title={exact}>
      <span className="am-Number-text">{trans.numeral(text)}</span>
      {unit && (
        <span className="am-Number-unit">
          {unit === '%' ? '' : '\u00a0'}
          {unit}
        </span>
      )}
      {label && <span className="am-Number-label">{label}</span>}
    </div>
  );
}
