import {
  IconBroadcast,
  IconBuildingStore,
  IconBulb,
  IconChartHistogram,
  IconDatabaseImport,
  IconGift,
  IconHeadset,
  IconHeartHandshake,
  IconHome2,
  IconId,
  IconMap2,
  IconPlugConnected,
  IconQrcode,
  IconSettings,
  IconStack2,
  IconUserPlus,
  IconUsers,
  IconUsersGroup,
  type TablerIcon,
} from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { type Right, useCan, useMe } from '@/access/me';
import { useT } from '@/shared/i18n';
import { Tip } from '@/shared/ui/overlay/Tip';
import css from './shell.module.css';

/** Shown to those who may read them. `g` and the letter lead there. */
export const PAGES = [
  { key: 'home', right: 'value.read', letter: 'h', to: '/', icon: IconHome2, keywords: 'home shouye sy' },
  {
    key: 'customers',
    right: 'customers.read',
    letter: 'c',
    to: '/customers',
    icon: IconUsers,
    keywords: 'customers kehu kh',
  },
  {
    key: 'segments',
    right: 'customers.read',
    to: '/segments',
    icon: IconUsersGroup,
    keywords: 'segments rules groups fenqun fq renqun rq guize gz 分群 人群 规则',
  },
  {
    key: 'keyCustomers',
    right: 'customers.read',
    to: '/key-customers',
    icon: IconHeartHandshake,
    keywords: 'key customers owners contact promise overdue zhongdian kehu zdkh fuzeren 负责人 联系 承诺 逾期',
  },
  {
    key: 'layers',
    right: 'customers.read',
    to: '/layers',
    icon: IconStack2,
    keywords: 'layers stages tiers fenceng fc jieduan jd shengming zhouqi 分层 阶段 生命周期',
  },
  {
    key: 'value',
    right: 'value.read',
    letter: 'v',
    to: '/value',
    icon: IconChartHistogram,
    keywords: 'value jiazhi jz rfm ltv clv cohort 留存 分层',
  },
  {
    key: 'insights',
    right: 'value.read',
    to: '/insights',
    icon: IconBulb,
    keywords: 'insights tests attributes trials satisfaction dongcha dc chuangxin ceshi cs 洞察 创新 测试 满意 试水',
  },
  {
    key: 'imports',
    right: 'imports.read',
    letter: 'i',
    to: '/imports',
    icon: IconDatabaseImport,
    keywords: 'imports daoru dr csv',
  },
  {
    key: 'sources',
    right: 'sources.read',
    letter: 's',
    to: '/sources',
    icon: IconPlugConnected,
    keywords: 'sources shujuyuan sjy jieru write key sdk debugger tracking 接入 调试 密钥',
  },
  {
    key: 'codes',
    right: 'touch_points.read',
    letter: 'q',
    to: '/codes',
    icon: IconQrcode,
    keywords:
      'codes qudaoma qdm erweima ewm qr channel short link touch point units forms biaodan bd 二维码 短链 一物一码 触点 表单 柜台',
  },
  {
    key: 'scenes',
    right: 'touch_points.read',
    to: '/scenes',
    icon: IconMap2,
    keywords: 'journey map scenes lvcheng ditu lc changjing satisfaction 旅程地图 场景 满意度 流失',
  },
  {
    key: 'reach',
    right: 'touch_points.read',
    to: '/reach',
    icon: IconBroadcast,
    keywords: 'reach pool connection rate funnel chuda cd siyu sy channel 触达 私域 连接率 漏斗 渠道',
  },
  {
    key: 'tickets',
    right: 'customers.read',
    to: '/tickets',
    icon: IconHeadset,
    keywords: 'service tickets usage cards due fuwu fw gongdan gd 服务 工单 使用卡 回访',
  },
  {
    key: 'stores',
    right: 'stores.read',
    to: '/stores',
    icon: IconBuildingStore,
    keywords: 'stores regions mendian md quyu qy 门店 区域',
  },
  {
    key: 'clerks',
    right: 'stores.read',
    to: '/clerks',
    icon: IconId,
    keywords: 'clerks sales associates daogou dg dianyuan 导购 店员',
  },
  {
    key: 'incentives',
    right: 'stores.read',
    to: '/incentives',
    icon: IconGift,
    keywords: 'incentives ranking rules settlement jili jl paihang guize jiesuan 激励 排行 规则 结算',
  },
  {
    key: 'clerk',
    right: 'sign_ups.write',
    to: '/clerk',
    icon: IconUserPlus,
    keywords: 'counter clerk sign up daogou dg ruhui rh 导购 入会',
  },
  {
    key: 'settings',
    right: 'settings.read',
    to: '/settings',
    icon: IconSettings,
    keywords: 'settings shezhi sz team jobs audit privacy yinsi 隐私 同意 webhook',
  },
] as const satisfies { key: string; right: Right; letter?: string; to: string; icon: TablerIcon; keywords: string }[];

/** Pages that are found from another one, and belong to it. */
const WITHIN: Partial<Record<(typeof PAGES)[number]['key'], string[]>> = {
  segments: ['/clusters'],
  layers: ['/matrices'],
  imports: ['/audiences'],
};

/** Those that the person may read. The counter is for clerks: whoever may do everything is none. */
export function usePages() {
  const can = useCan();
  const { role } = useMe();
  return PAGES.filter((page) => can(page.right) && (page.key !== 'clerk' || role === 'clerk'));
}

interface Props {
  collapsed?: boolean;
  onNavigate?: () => void;
}

export function Navigation({ collapsed, onNavigate }: Props) {
  const t = useT();
  const pages = usePages();
  const { pathname } = useLocation();
  return (
    <nav aria-label={t.shell.menu}>
      <ul className={css.nav}>
        {pages.map(({ key, to, icon: Icon }) => {
          const active = [to, ...(WITHIN[key] ?? [])].some(
            (one) => pathname === one || (one !== '/' && pathname.startsWith(`${one}/`)),
          );
          return (
            <li key={key}>
              <Tip label={t.shell.nav[key]} side="right" disabled={!collapsed}>
                <Link
                  to={to}
                  className={css.navLink}
                  aria-current={active ? 'page' : undefined}
                  data-active={active || undefined}
                  onClick={onNavigate}
                >
                  <Icon size={18} stroke={1.75} aria-hidden="true" />
                  <span className={css.navLabel}>{t.shell.nav[key]}</span>
                </Link>
              </Tip>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
