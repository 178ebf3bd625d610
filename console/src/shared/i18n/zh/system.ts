export const system = {
  title: '系统',
  version: '版本',
  store: '数据库',
  dataSize: '数据目录',
  facts: '历史事实',
  files: '历史文件',
  historySize: '历史大小',
  historyVersion: '历史版本',
  started: '启动时间',
  about: { facts: '追加写入、从不修改的记录数。', dataSize: '数据目录在磁盘上占用的空间。' },
};
