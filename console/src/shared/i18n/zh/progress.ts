export const progress = {
  title: '产品进度',
  about:
    '由事件 Product Progressed 与 Product Used 得出：每个名称以最后说的值为准；近七天按品牌时区，含今天；消费只算写明此产品的订单，减去退款。三十天内有购买算付费中。',
  nothing: '还没有产品进度。事件 Product Progressed 写明产品后会显示在这里。',
  paying: '付费中',
  notPaying: '未付费',
  activeDays: '近七天活跃天数',
  events: '近七天使用次数',
  spent: '消费',
  lastPaid: '最近购买',
  never: '从未',
  noState: '没有进度值。',
  stateOf: (product: string) => `${product} 的进度`,
  name: '名称',
  value: '值',
  at: '时间',
};
