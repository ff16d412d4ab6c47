/** One sentence per error code: what happened and what to do next. `{name}` is filled from the error's values. */
const en = {
  invalid_config: '{name} is {value}, but must be {allowed}.',
  unknown_config: '{name} is not a setting of meaning-radar. {suggestion}',
  missing_config: '{name} is not set. {hint}',
  insecure_config: '{name} is {value}, which other machines can reach; set KB_API_KEY too, or use 127.0.0.1.',
  invalid_request: 'The request is not valid: {detail}.',
  empty_query: 'The question is empty; write what you want to know.',
  empty_line: 'The line is empty; write the text of the FAQ line.',
  line_too_long: 'The line has {length} characters; a line may have at most {limit}.',
  text_too_long: 'The text has {length} characters; {limit} is the limit.',
  too_many_texts: 'There are {count} texts; at most {limit} go in one request.',
  too_large: 'The request is larger than {limit}; send less at once.',
  unsupported_type: 'The body must be JSON; send it with "Content-Type: application/json".',
  not_found: 'There is no {what} {id}.',
  ambiguous_id: 'The id {id} fits more than one line; write more of it.',
  route_not_found: 'There is nothing at {method} {path}; /openapi.json lists what there is.',
  method_not_allowed: '{method} is not possible here; use {allowed}.',
  unauthorized: 'The API key is missing or wrong; send it as "Authorization: Bearer KEY".',
  forbidden: 'Only editors may change lines; ask one of them.',
  cross_origin: 'A page of another address may not use this service; open its own page instead.',
  wrong_host:
    'The host {host} is not served here; use localhost, or set KB_API_KEY to be reached under other names.',
  busy: 'Too much is waiting just now; try again shortly.',
  cancelled: 'The request was cancelled before it was done.',
  engine_unavailable: 'The engine at {url} does not answer; try again shortly. {detail}',
  upstream: 'The engine at {url} refused: {detail}.',
  model: 'The model {model} cannot be used: {detail}.',
  no_reranker: 'No reranker is set; set KB_RERANKER to a Qwen3-Reranker.',
  store: 'The data in {location} cannot be used: {detail}.',
  file: 'The file {path} cannot be read: {detail}.',
  write_file: 'The file {path} cannot be written: {detail}.',
  platform: '{platform}: {detail}.',
  cannot_listen:
    'Cannot listen on {host}, port {port} ({detail}); set KB_HOST and KB_PORT to a free address.',
  shutting_down: 'The service is shutting down; try again shortly.',
  model_missing: 'The model {model} is not on this machine yet{size}; `kb model pull {model}` fetches it.',
  model_incomplete: 'The model {model} is not whole ({files}); `kb model pull {model}` mends it.',
  model_download: 'The model {model} cannot be fetched from {host}: {detail}.',
  model_pulling: 'The model {model} is being fetched by another process (id {pid}); wait until it is done.',
  pull_stopped: 'Stopped. What was fetched of {model} stays; `kb model pull {model}` goes on from there.',
  disk_full:
    'The disk of {path} is too full: {needed}{free} are free. Make room, or set KB_MODEL_HOME to another disk.',
  internal: 'Something went wrong inside; the log says more. Please try again.',
} as const;

const zh: Record<keyof typeof en, string> = {
  invalid_config: '{name} 现在是 {value}，应为 {allowed}。',
  unknown_config: '{name} 不是 meaning-radar 的设置项。{suggestion}',
  missing_config: '未设置 {name}。{hint}',
  insecure_config: '{name} 是 {value}，其他机器可以访问；请同时设置 KB_API_KEY，或改用 127.0.0.1。',
  invalid_request: '请求无效：{detail}。',
  empty_query: '问题是空的，请写下您想知道的内容。',
  empty_line: '这一行是空的，请写下要添加的内容。',
  line_too_long: '这一行有 {length} 个字符，最多 {limit} 个。',
  text_too_long: '文本有 {length} 个字符，最多 {limit} 个。',
  too_many_texts: '一次最多 {limit} 条文本，这里有 {count} 条。',
  too_large: '请求超过 {limit}，请分次发送。',
  unsupported_type: '请求内容应为 JSON，请以 "Content-Type: application/json" 发送。',
  not_found: '没有找到 {what} {id}。',
  ambiguous_id: '编号 {id} 对应不止一行，请多写几位。',
  route_not_found: '{method} {path} 不存在，可用接口见 /openapi.json。',
  method_not_allowed: '此处不支持 {method}，请使用 {allowed}。',
  unauthorized: 'API 密钥缺失或不正确，请以 "Authorization: Bearer 密钥" 发送。',
  forbidden: '只有编辑者可以修改内容，请联系他们。',
  cross_origin: '其他网站的页面不能使用本服务，请打开本服务自己的页面。',
  wrong_host: '此处不提供主机 {host}，请使用 localhost；要以其他名称访问，请设置 KB_API_KEY。',
  busy: '当前排队的请求太多，请稍后再试。',
  cancelled: '请求在完成前已取消。',
  engine_unavailable: '引擎 {url} 没有响应，请稍后再试。{detail}',
  upstream: '引擎 {url} 拒绝了请求：{detail}。',
  model: '无法使用模型 {model}：{detail}。',
  no_reranker: '没有设置重排模型，请将 KB_RERANKER 设为 Qwen3-Reranker。',
  store: '无法使用 {location} 中的数据：{detail}。',
  file: '无法读取文件 {path}：{detail}。',
  write_file: '无法写入文件 {path}：{detail}。',
  platform: '{platform}：{detail}。',
  cannot_listen: '无法监听 {host} 的端口 {port}（{detail}），请将 KB_HOST 和 KB_PORT 设为可用的地址。',
  shutting_down: '服务正在关闭，请稍后再试。',
  model_missing: '本机还没有模型 {model}{size}，请用 `kb model pull {model}` 下载。',
  model_incomplete: '模型 {model} 不完整（{files}），请用 `kb model pull {model}` 修复。',
  model_download: '无法从 {host} 下载模型 {model}：{detail}。',
  model_pulling: '另一个进程（编号 {pid}）正在下载模型 {model}，请等待其完成。',
  pull_stopped: '已停止。{model} 已下载的部分会保留，用 `kb model pull {model}` 继续。',
  disk_full: '{path} 所在磁盘空间不足：{needed}可用 {free}。请腾出空间，或将 KB_MODEL_HOME 设到其他磁盘。',
  internal: '内部出错了，日志里有详情，请重试。',
};

export const errorMessages = { en, zh } as const satisfies Record<
  'en' | 'zh',
  Record<keyof typeof en, string>
>;

/** A word that stands inside a sentence, in both languages. */
export type LocalizedText = Readonly<Record<'en' | 'zh', string>>;

/** What can be missing. */
export const things = {
  line: { en: 'line', zh: '内容' },
  question: { en: 'question', zh: '问题' },
} as const satisfies Record<string, LocalizedText>;
