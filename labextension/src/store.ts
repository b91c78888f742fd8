import * as React from 'react';
import { Conversation } from './conversation';
import { State } from './state';
import { trans } from './translation';

/** The state of a conversation; the component is drawn again when it changes. */
export function useConversation(conversation: Conversation): State {
  return React.useSyncExternalStore(conversation.subscribe, conversation.getState);
}

/** The language in force; the component is drawn again when it changes. */
export function useLanguage(): string {
  return React.useSyncExternalStore(trans.onChange, () => trans.language);
}
