const OBJECTS = ['年假', '报销单', 'VPN', '会议室', '工资条', '访客证', '打印机', '体检', '培训经费', '电脑'];
const VERBS = ['申请', '查询', '延期', '取消', '审批', '更换', '登记', '退还'];
const PLACES = ['the portal', 'the service desk', 'the shared calendar', 'the front desk', 'the mobile app'];
const ACTIONS = ['request', 'renew', 'cancel', 'check', 'return', 'approve'];

/** `count` different FAQ-like lines, Chinese and English in turn, the same at every run. */
export function makeLines(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const pick = <T>(list: readonly T[], by: number): T => list[Math.floor(i / by) % list.length] as T;
    return i % 2 === 0
      ? `${pick(VERBS, 2)}${pick(OBJECTS, 16)}请在第 ${i} 号流程中提交，${1 + (i % 9)} 个工作日内答复。`
      : `To ${pick(ACTIONS, 2)} item ${i}, open ${pick(PLACES, 12)} and allow ${1 + (i % 9)} working days.`;
  });
}
