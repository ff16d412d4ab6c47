/** What only `kb engine` says. `{name}` is filled in. */
const en = {
  engineCommand: 'serve the model to other machines, over HTTP and without FAQ lines: for a GPU host',
  addressLabel: 'Address',
  deviceLabel: 'Device',
  rerankerLabel: 'Reranker',
  keyLabel: 'Key',
  noReranker: 'none; KB_RERANKER sets one',
  keySet: 'KB_API_KEY, which clients send as KB_ENGINE_KEY',
  keyOpen: 'none; only this machine is answered',
  clientHint: 'Set KB_ENGINE_URL to this address where the bots run.',
  runsItself: 'left out, because `kb engine` runs the model itself',
  onlyEmbeds: 'it only embeds; set KB_RERANKER to a Qwen3-Reranker',
} as const;

const zh: Record<keyof typeof en, string> = {
  engineCommand: '通过 HTTP 向其他机器提供模型，不含 FAQ 内容：用于 GPU 主机',
  addressLabel: '地址',
  deviceLabel: '设备',
  rerankerLabel: '重排模型',
  keyLabel: '密钥',
  noReranker: '无，可用 KB_RERANKER 设置',
  keySet: 'KB_API_KEY，客户端以 KB_ENGINE_KEY 发送',
  keyOpen: '无，只应答本机',
  clientHint: '请在运行机器人的机器上将 KB_ENGINE_URL 设为此地址。',
  runsItself: '空，因为 `kb engine` 自己运行模型',
  onlyEmbeds: '它只能做向量，请将 KB_RERANKER 设为 Qwen3-Reranker',
};

export const engineMessages = { en, zh };
