import { modelSourceContract } from './model-source.contract.ts';

modelSourceContract('huggingface');
modelSourceContract('modelscope');
