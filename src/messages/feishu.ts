/** What only Feishu and Lark say: card titles, toasts, hints. `{name}` is filled in. */
const en = {
  strongTitle: 'Closest lines',
  weakTitle: 'No good match',
  emptyTitle: 'Nothing here yet',
  weakScore: '{score} weak match',
  answerThis: 'Answer this',
  otherTypes: 'I can only read text. Please write your question as a message.',
  formTitle: 'Add lines',
  gapFormTitle: 'Answer a question',
  formQuestion: 'Question: {question}',
  formLabel: 'One line of the knowledge base a line of text',
  formPlaceholder: 'How to reset a password: open the account page …',
  formSubmit: 'Add',
  formInChat: 'More than {limit} characters? Send them as a message: /kb add …',
  formEmpty: 'Write at least one line.',
  nearDuplicateTitle: 'Nearly the same is there already',
  moreHeld: '{count} more lines were not added, because nearly the same is there already.',
  statsTitle: 'How the knowledge base does',
  inspectionTitle: 'Behind the vector',
  previousPage: 'Previous page',
  nextPage: 'Next page',
  working: 'Working on it; the result follows here.',
  done: 'Done.',
  unknownButton: 'This button is no longer valid; please ask again.',
  tryAgain: 'That did not work just now; please press it again shortly.',
} as const;

const zh: Record<keyof typeof en, string> = {
  strongTitle: '最接近的内容',
  weakTitle: '没有很匹配的内容',
  emptyTitle: '这里还没有内容',
  weakScore: '{score} 弱匹配',
  answerThis: '补充答案',
  otherTypes: '我目前只能读文字，请用文字发送您的问题。',
  formTitle: '添加内容',
  gapFormTitle: '补充答案',
  formQuestion: '问题：{question}',
  formLabel: '每行一条',
  formPlaceholder: '重置密码：打开账号页面……',
  formSubmit: '添加',
  formInChat: '超过 {limit} 个字符？请直接发消息：/kb add 内容',
  formEmpty: '请至少写一行。',
  nearDuplicateTitle: '已有含义几乎相同的内容',
  moreHeld: '另有 {count} 条未添加，因为已有含义几乎相同的内容。',
  statsTitle: '知识库概况',
  inspectionTitle: '文本的向量',
  previousPage: '上一页',
  nextPage: '下一页',
  working: '正在处理，结果稍后发到这里。',
  done: '已完成。',
  unknownButton: '这个按钮已失效，请重新提问。',
  tryAgain: '暂时没有成功，请稍后再按一次。',
};

export const feishuMessages = { en, zh };

/** Sentences for the operator, at start and in `/readyz`. English, like all of the log. */
export const feishuOperatorMessages = {
  badAppId: 'FEISHU_APP_ID must be "cli_" and 16 hexadecimal digits, as shown under Credentials & Basic Info',
  wrongSecret:
    'the app id or the app secret is wrong (code {code}); copy FEISHU_APP_ID and FEISHU_APP_SECRET again from Credentials & Basic Info',
  unreachable: '{host} cannot be reached ({detail}); check FEISHU_DOMAIN and the network',
  noBot: 'the app has no bot (code {code}); add the Bot capability and publish a version of the app',
  notEnabled: 'the app is not enabled in this tenant; publish a version and have an administrator approve it',
  noSend:
    'the permission im:message (or im:message:send_as_bot) is missing; add it under Permissions & Scopes and publish a version',
  noDirect:
    'The permission im:message.p2p_msg:readonly is missing; direct messages do not arrive until it is added and a version is published',
  noGroup:
    'The permission im:message.group_at_msg:readonly is missing; mentions in groups do not arrive until it is added and a version is published',
  noEncryptKey:
    'the webhook needs FEISHU_ENCRYPT_KEY, as shown under Events & Callbacks > Encryption Strategy',
  refused: 'the check at start was refused ({detail})',
  noLongConnection:
    'the long connection was refused ({detail}); choose "Receive events through persistent connection" under Events & Callbacks',
  connected: 'Connected over the long connection.',
  connecting: 'The long connection is being established.',
  reconnecting: 'The long connection is lost; reconnecting.',
  webhookReady: 'Receives events at {path}.',
  notStarted: 'Not started.',
  stopped: 'Stopped.',
} as const;
