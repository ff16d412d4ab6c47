/** What surrounds the matches of an answer, on every surface. `{name}` is filled in. */
const en = {
  weak: 'No good match. The closest lines are below, but none may be what you mean.',
  weakMark: 'weak',
  empty: 'There is nothing here yet: add the first line with `/kb add …`.',
  match: '{rank}. {text} (score {score})',
  weakMatch: '{rank}. {text} (score {score}, weak)',
  helped: 'Helped',
  notHelped: "Didn't help",
  thanksHelped: 'Thank you: good to know that it helped.',
  thanksNotHelped: 'Thank you: the question is now on the list of gaps, for an editor to answer.',
  showAll: 'Show all of {rank}',
  wholeLine: 'The whole line',
  shortened: 'Shortened to fit; ask for fewer lines or look one up with its id.',
  searching: 'Searching…',
  delayed:
    'The search is not available right now; try again shortly. Nothing is lost: you get the answer here as soon as it is back.',
} as const;

const zh: Record<keyof typeof en, string> = {
  weak: '没有找到很匹配的内容。下面是最接近的几条，但可能都不是您要找的。',
  weakMark: '弱匹配',
  empty: '这里还没有内容：请用 `/kb add …` 添加第一条。',
  match: '{rank}. {text}（得分 {score}）',
  weakMatch: '{rank}. {text}（得分 {score}，弱匹配）',
  helped: '有帮助',
  notHelped: '没帮助',
  thanksHelped: '谢谢，很高兴对您有帮助。',
  thanksNotHelped: '谢谢，这个问题已记入待补充列表，编辑者会来补充。',
  showAll: '显示第 {rank} 条全文',
  wholeLine: '全文',
  shortened: '内容过长，已缩短显示；可按编号查看单条。',
  searching: '正在查找…',
  delayed: '搜索暂时不可用，请稍后再试。问题已保存，恢复后会在这里回答您。',
};

export const answerMessages = { en, zh };
