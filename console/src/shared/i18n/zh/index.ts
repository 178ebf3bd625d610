import { audiences } from './audiences';
import { audit } from './audit';
import { clerk } from './clerk';
import { clerks } from './clerks';
import { clusters } from './clusters';
import { codes } from './codes';
import { communities } from './communities';
import { consent } from './consent';
import { consumption } from './consumption';
import { core } from './core';
import { customerLayers } from './customerLayers';
import { customers } from './customers';
import { fieldRegistry } from './fieldRegistry';
import { fields } from './fields';
import { formEditor } from './formEditor';
import { forms } from './forms';
import { home } from './home';
import { identity } from './identity';
import { importPage } from './importPage';
import { insights } from './insights';
import { inventory } from './inventory';
import { jobs } from './jobs';
import { journey } from './journey';
import { keep } from './keep';
import { keyCustomers } from './keyCustomers';
import { layers } from './layers';
import { matrices } from './matrices';
import { paths } from './paths';
import { plans } from './plans';
import { privacy } from './privacy';
import { progress } from './progress';
import { quarantine } from './quarantine';
import { reach } from './reach';
import { receipts } from './receipts';
import { relations } from './relations';
import { ruleBuilder } from './ruleBuilder';
import { scenes } from './scenes';
import { scope } from './scope';
import { segmentEditor } from './segmentEditor';
import { segmentInsight } from './segmentInsight';
import { segments } from './segments';
import { settings } from './settings';
import { sources } from './sources';
import { stages } from './stages';
import { stores } from './stores';
import { system } from './system';
import { tagRegistry } from './tagRegistry';
import { tags } from './tags';
import { team } from './team';
import { tickets } from './tickets';
import { tokens } from './tokens';
import { topics } from './topics';
import { touchPoints } from './touchPoints';
import { units } from './units';
import { usageCards } from './usageCards';
import { value } from './value';
import { webhooks } from './webhooks';
import { wizard } from './wizard';

/** Chinese is the source: `en: Messages` must compile, so a missing sentence is a build error. For types and tests. */
export const zh = {
  ...core,
  home,
  customers,
  value,
  sources,
  plans,
  quarantine,
  identity,
  clerk,
  stores,
  scope,
  clerks,
  consent,
  consumption,
  privacy,
  webhooks,
  touchPoints,
  codes,
  units,
  wizard,
  importPage,
  audiences,
  communities,
  audit,
  fields,
  tags,
  settings,
  team,
  tokens,
  system,
  jobs,
  scenes,
  stages,
  topics,
  relations,
  progress,
  journey,
  tagRegistry,
  fieldRegistry,
  usageCards,
  tickets,
  reach,
  forms,
  formEditor,
  inventory,
  paths,
  receipts,
  segments,
  segmentEditor,
  clusters,
  insights,
  segmentInsight,
  ruleBuilder,
  layers,
  matrices,
  customerLayers,
  keyCustomers,
  keep,
};

export type Messages = typeof zh;
