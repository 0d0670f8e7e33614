/** What every page of the centre's desk says, and what was just done. */
import { catalogue } from '../messages.ts';

export const centreTexts = catalogue({
  en: {
    centre: 'Processing centre',
    overview: 'Overview',
    reports: 'Reports',
    notForYouNext: 'Ask an administrator of the centre if you need it.',
    stranger: 'These pages are for people of the processing centre',
    strangerNext: 'You are signed in as somebody else. Sign out, then sign in as a person of the centre.',
  },
  ky: {
    centre: 'Процессинг борбору',
    overview: 'Жалпы көрүнүш',
    reports: 'Отчёттор',
    notForYouNext: 'Керек болсо, борбордун администраторунан сураңыз.',
    stranger: 'Бул барактар процессинг борборунун кызматкерлери үчүн',
    strangerNext: 'Сиз башка ат менен кирдиңиз. Чыгып, борбордун кызматкери катары кириңиз.',
  },
  ru: {
    centre: 'Процессинговый центр',
    overview: 'Обзор',
    reports: 'Отчёты',
    notForYouNext: 'Если она вам нужна, обратитесь к администратору центра.',
    stranger: 'Эти страницы для сотрудников процессингового центра',
    strangerNext: 'Вы вошли под другим именем. Выйдите и войдите как сотрудник центра.',
  },
  th: {
    centre: 'ศูนย์ประมวลผล',
    overview: 'ภาพรวม',
    reports: 'รายงาน',
    notForYouNext: 'หากจำเป็นต้องใช้ โปรดติดต่อผู้ดูแลระบบของศูนย์',
    stranger: 'หน้านี้สำหรับเจ้าหน้าที่ของศูนย์ประมวลผล',
    strangerNext: 'คุณเข้าสู่ระบบด้วยบัญชีอื่น โปรดออกจากระบบแล้วเข้าใหม่ในฐานะเจ้าหน้าที่ของศูนย์',
  },
  km: {
    centre: 'មជ្ឈមណ្ឌលដំណើរការ',
    overview: 'ទិដ្ឋភាពទូទៅ',
    reports: 'របាយការណ៍',
    notForYouNext: 'បើអ្នកត្រូវការវា សូមសួរអ្នកគ្រប់គ្រងមជ្ឈមណ្ឌល។',
    stranger: 'ទំព័រទាំងនេះសម្រាប់បុគ្គលិកមជ្ឈមណ្ឌលដំណើរការ',
    strangerNext: 'អ្នកបានចូលជាអ្នកផ្សេង។ សូមចេញ រួចចូលជាបុគ្គលិកមជ្ឈមណ្ឌល។',
  },
  zh: {
    centre: '处理中心',
    overview: '总览',
    reports: '报表',
    notForYouNext: '如需使用，请联系中心管理员。',
    stranger: '这些页面供处理中心人员使用',
    strangerNext: '您以其他身份登录。请退出，然后以中心人员身份登录。',
  },
});

/** The names of places: keys of `centreTexts`. */
export type PlaceText = 'overview' | 'reports';

/** Said at the top of the page one comes to after a deed: `?done=saved`. */
export const doneTexts = catalogue({
  en: {
    saved: 'Saved.',
    sent: 'Sending it again. See below how it goes.',
    fileBegun: 'The file is being made. This page shows how far it is.',
    fileStopped: 'Stopped.',
    approval: 'Proposed. It is done as soon as another person approves it.',
  },
  ky: {
    saved: 'Сакталды.',
    sent: 'Кайра жөнөтүлүүдө. Натыйжасын төмөндөн караңыз.',
    fileBegun: 'Файл даярдалууда. Канчалык бүткөнү ушул барактан көрүнөт.',
    fileStopped: 'Токтотулду.',
    approval: 'Сунушталды. Башка кызматкер бекитери менен аткарылат.',
  },
  ru: {
    saved: 'Сохранено.',
    sent: 'Отправляется ещё раз. Результат ниже.',
    fileBegun: 'Файл делается. Здесь видно, сколько готово.',
    fileStopped: 'Остановлено.',
    approval: 'Предложено. Будет выполнено, как только это одобрит другой сотрудник.',
  },
  th: {
    saved: 'บันทึกแล้ว',
    sent: 'กำลังส่งอีกครั้ง ดูผลด้านล่าง',
    fileBegun: 'กำลังจัดทำไฟล์ ดูความคืบหน้าได้ที่หน้านี้',
    fileStopped: 'หยุดแล้ว',
    approval: 'ส่งคำขอแล้ว จะดำเนินการเมื่อมีผู้อื่นอนุมัติ',
  },
  km: {
    saved: 'បានរក្សាទុក។',
    sent: 'កំពុងផ្ញើម្ដងទៀត។ មើលលទ្ធផលខាងក្រោម។',
    fileBegun: 'កំពុងធ្វើឯកសារ។ ទំព័រនេះបង្ហាញវឌ្ឍនភាព។',
    fileStopped: 'បានបញ្ឈប់។',
    approval: 'បានស្នើ។ នឹងអនុវត្តនៅពេលអ្នកផ្សេងអនុម័ត។',
  },
  zh: {
    saved: '已保存。',
    sent: '正在重新发送，结果见下方。',
    fileBegun: '正在生成文件。此页显示进度。',
    fileStopped: '已停止。',
    approval: '已提交。另一位人员批准后即执行。',
  },
});
export type DoneText = Parameters<ReturnType<typeof doneTexts>>[0];
