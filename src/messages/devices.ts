/** Why a device cannot be used: the part in brackets of a sentence about it. `{name}` is filled in. */
const en = {
  not_built_in: 'onnxruntime has no {device} for {platform}',
  cuda_not_installed: "onnxruntime's CUDA library is not installed; `npm run setup:cuda` brings it",
  cuda_library_missing: '{libraries} cannot be found; `npm run setup:cuda` says what brings it',
  cuda_does_not_load:
    "onnxruntime's CUDA library cannot be loaded; `npm run setup:cuda` says what is missing",
  cuda_no_gpu: 'no NVIDIA GPU answers',
  cuda_old_driver: 'the NVIDIA driver is too old; `npm run setup:cuda` says which is needed',
  webgpu_no_adapter: 'no graphics adapter answers; on Linux it needs a Vulkan driver',
  webgpu_no_half: 'the graphics adapter does not compute in half precision; KB_PRECISION=fp32 does without',
  out_of_memory: "the model does not fit the device's memory",
  wrong_values:
    'it computes a text differently alone and among others, so that its driver cannot be relied on',
  other: '{message}',
} as const;

const zh: Record<keyof typeof en, string> = {
  not_built_in: 'onnxruntime 在 {platform} 上没有 {device}',
  cuda_not_installed: '尚未安装 onnxruntime 的 CUDA 库，可用 `npm run setup:cuda` 安装',
  cuda_library_missing: '找不到 {libraries}，`npm run setup:cuda` 会说明如何安装',
  cuda_does_not_load: '无法加载 onnxruntime 的 CUDA 库，`npm run setup:cuda` 会说明缺少什么',
  cuda_no_gpu: '没有可用的 NVIDIA GPU',
  cuda_old_driver: 'NVIDIA 驱动版本过低，`npm run setup:cuda` 会说明所需版本',
  webgpu_no_adapter: '没有可用的图形适配器，Linux 上需要 Vulkan 驱动',
  webgpu_no_half: '图形适配器不支持半精度计算，可设 KB_PRECISION=fp32',
  out_of_memory: '设备内存放不下该模型',
  wrong_values: '同一文本单独计算与成批计算的结果不一致，其驱动不可信',
  other: '{message}',
};

export const deviceMessages = { en, zh } as const;
