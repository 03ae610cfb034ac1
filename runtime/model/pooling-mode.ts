/** Which of a text’s token vectors make its one vector: their mean, that of the last token, or that of the first. */
export type PoolingMode = 'mean' | 'last' | 'cls';
