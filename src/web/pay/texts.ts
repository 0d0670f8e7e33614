/** What the pay page says, in every language. A text that is missing in one does not compile. */
import type { Language } from '../../kernel/index.ts';

export interface PayTexts {
  readonly language: string;
  /** The status in words. */
  readonly open: string;
  readonly paid: string;
  readonly cancelled: string;
  readonly expired: string;
  /** What to do about it. */
  readonly openNext: string;
  readonly paidNext: string;
  readonly cancelledNext: string;
  readonly expiredNext: string;
  readonly qrCode: string;
  readonly openWallet: string;
  readonly chooseWallet: string;
  readonly otherWallet: string;
  /** In sandboxes only. */
  readonly simulator: string;
  readonly saveImage: string;
  readonly payBefore: string;
  readonly timeLeft: string;
  readonly paidAt: string;
  readonly cancelledAt: string;
  readonly expiredAt: string;
  readonly purpose: string;
  readonly reference: string;
  readonly order: string;
  readonly tip: string;
  readonly paidInAll: string;
  readonly receipt: string;
  readonly payment: string;
  readonly asksForTip: string;
  readonly offline: string;
  readonly notFound: string;
  readonly notFoundNext: string;
  readonly trouble: string;
}

const en: PayTexts = {
  language: 'Language',
  open: 'Waiting for payment',
  paid: 'Paid',
  cancelled: 'Cancelled',
  expired: 'Time is over',
  openNext: 'Scan this code with your wallet app.',
  paidNext: 'The merchant has the money. You can close this page.',
  cancelledNext: 'The merchant cancelled this order. It cannot be paid any more.',
  expiredNext: 'This order cannot be paid any more. Ask the merchant for a new one.',
  qrCode: 'QR code of this payment',
  openWallet: 'Open in a wallet app',
  chooseWallet: 'Pay with your wallet',
  otherWallet: 'Another wallet app',
  simulator: 'Pay with the sandbox’s wallet',
  saveImage: 'Save the QR image',
  payBefore: 'Pay before',
  timeLeft: 'Time left',
  paidAt: 'Paid on',
  cancelledAt: 'Cancelled on',
  expiredAt: 'Expired on',
  purpose: 'For',
  reference: 'Receipt number',
  order: 'Order',
  tip: 'Tip',
  paidInAll: 'Paid in all',
  receipt: 'Receipt to show',
  payment: 'Payment',
  asksForTip: 'Your wallet asks whether you add a tip.',
  offline: 'No connection. This page asks again by itself.',
  notFound: 'There is no such order',
  notFoundNext: 'Check the link, or ask the merchant for a new one.',
  trouble: 'This page cannot be shown now',
};

const ky: PayTexts = {
  language: 'Тил',
  open: 'Төлөм күтүлүүдө',
  paid: 'Төлөндү',
  cancelled: 'Жокко чыгарылды',
  expired: 'Мөөнөтү бүттү',
  openNext: 'Бул кодду капчык тиркемеңиз менен сканерлеңиз.',
  paidNext: 'Акча сатуучуга түштү. Бул баракты жапсаңыз болот.',
  cancelledNext: 'Сатуучу бул буйрутманы жокко чыгарган. Эми аны төлөөгө болбойт.',
  expiredNext: 'Бул буйрутманы эми төлөөгө болбойт. Сатуучудан жаңысын сураңыз.',
  qrCode: 'Бул төлөмдүн QR коду',
  openWallet: 'Капчык тиркемесинде ачуу',
  chooseWallet: 'Капчыгыңыз менен төлөңүз',
  otherWallet: 'Башка капчык тиркемеси',
  simulator: 'Сыноо капчыгы менен төлөө',
  saveImage: 'QR кодду сүрөт кылып сактоо',
  payBefore: 'Төлөө мөөнөтү',
  timeLeft: 'Калган убакыт',
  paidAt: 'Төлөнгөн убакыт',
  cancelledAt: 'Жокко чыгарылган убакыт',
  expiredAt: 'Мөөнөтү бүткөн убакыт',
  purpose: 'Эмне үчүн',
  reference: 'Чектин номери',
  order: 'Буйрутма',
  tip: 'Чайпул',
  paidInAll: 'Баары болуп төлөндү',
  receipt: 'Көрсөтүлүүчү чек',
  payment: 'Төлөм',
  asksForTip: 'Капчыгыңыз чайпул кошууну сурайт.',
  offline: 'Байланыш жок. Барак өзү кайра текшерет.',
  notFound: 'Мындай буйрутма жок',
  notFoundNext: 'Шилтемени текшериңиз же сатуучудан жаңысын сураңыз.',
  trouble: 'Бул баракты азыр көрсөтүү мүмкүн эмес',
};

const ru: PayTexts = {
  language: 'Язык',
  open: 'Ожидает оплаты',
  paid: 'Оплачено',
  cancelled: 'Отменён',
  expired: 'Время истекло',
  openNext: 'Отсканируйте этот код приложением кошелька.',
  paidNext: 'Продавец получил деньги. Страницу можно закрыть.',
  cancelledNext: 'Продавец отменил этот заказ. Оплатить его уже нельзя.',
  expiredNext: 'Оплатить этот заказ уже нельзя. Попросите у продавца новый.',
  qrCode: 'QR-код этого платежа',
  openWallet: 'Открыть в приложении кошелька',
  chooseWallet: 'Оплатите своим кошельком',
  otherWallet: 'Другой кошелёк',
  simulator: 'Оплатить пробным кошельком',
  saveImage: 'Сохранить QR-код как картинку',
  payBefore: 'Оплатить до',
  timeLeft: 'Осталось',
  paidAt: 'Оплачен',
  cancelledAt: 'Отменён',
  expiredAt: 'Срок истёк',
  purpose: 'За что',
  reference: 'Номер чека',
  order: 'Заказ',
  tip: 'Чаевые',
  paidInAll: 'Оплачено всего',
  receipt: 'Чек для показа',
  payment: 'Платёж',
  asksForTip: 'Кошелёк предложит добавить чаевые.',
  offline: 'Нет связи. Страница сама проверит ещё раз.',
  notFound: 'Такого заказа нет',
  notFoundNext: 'Проверьте ссылку или попросите у продавца новую.',
  trouble: 'Сейчас эту страницу показать нельзя',
};

const th: PayTexts = {
  language: 'ภาษา',
  open: 'รอการชำระเงิน',
  paid: 'ชำระเงินแล้ว',
  cancelled: 'ยกเลิกแล้ว',
  expired: 'หมดเวลาแล้ว',
  openNext: 'สแกนคิวอาร์โค้ดนี้ด้วยแอปกระเป๋าเงินของคุณ',
  paidNext: 'ร้านค้าได้รับเงินแล้ว คุณปิดหน้านี้ได้',
  cancelledNext: 'ร้านค้ายกเลิกคำสั่งซื้อนี้แล้ว จึงชำระเงินไม่ได้อีก',
  expiredNext: 'คำสั่งซื้อนี้ชำระเงินไม่ได้อีก กรุณาขอคำสั่งซื้อใหม่จากร้านค้า',
  qrCode: 'คิวอาร์โค้ดของการชำระเงินนี้',
  openWallet: 'เปิดในแอปกระเป๋าเงิน',
  chooseWallet: 'ชำระด้วยกระเป๋าเงินของคุณ',
  otherWallet: 'แอปกระเป๋าเงินอื่น',
  simulator: 'ชำระด้วยกระเป๋าเงินทดลอง',
  saveImage: 'บันทึกรูปคิวอาร์โค้ด',
  payBefore: 'ชำระภายใน',
  timeLeft: 'เวลาที่เหลือ',
  paidAt: 'ชำระเมื่อ',
  cancelledAt: 'ยกเลิกเมื่อ',
  expiredAt: 'หมดเวลาเมื่อ',
  purpose: 'รายการ',
  reference: 'เลขที่ใบเสร็จ',
  order: 'คำสั่งซื้อ',
  tip: 'ทิป',
  paidInAll: 'ชำระรวม',
  receipt: 'ใบเสร็จสำหรับแสดง',
  payment: 'การชำระเงิน',
  asksForTip: 'กระเป๋าเงินของคุณจะถามว่าจะให้ทิปหรือไม่',
  offline: 'ไม่มีการเชื่อมต่อ หน้านี้จะตรวจสอบอีกครั้งเอง',
  notFound: 'ไม่พบคำสั่งซื้อนี้',
  notFoundNext: 'กรุณาตรวจสอบลิงก์ หรือขอลิงก์ใหม่จากร้านค้า',
  trouble: 'ขณะนี้แสดงหน้านี้ไม่ได้',
};

const km: PayTexts = {
  language: 'ភាសា',
  open: 'រង់ចាំការទូទាត់',
  paid: 'បានទូទាត់ហើយ',
  cancelled: 'បានបោះបង់',
  expired: 'អស់ពេលហើយ',
  openNext: 'សូមស្កេនកូដនេះដោយកម្មវិធីកាបូបរបស់អ្នក។',
  paidNext: 'អាជីវករបានទទួលប្រាក់ហើយ។ អ្នកអាចបិទទំព័រនេះបាន។',
  cancelledNext: 'អាជីវករបានបោះបង់ការបញ្ជាទិញនេះ។ មិនអាចទូទាត់បានទៀតទេ។',
  expiredNext: 'ការបញ្ជាទិញនេះមិនអាចទូទាត់បានទៀតទេ។ សូមសុំការបញ្ជាទិញថ្មីពីអាជីវករ។',
  qrCode: 'កូដ QR នៃការទូទាត់នេះ',
  openWallet: 'បើកក្នុងកម្មវិធីកាបូប',
  chooseWallet: 'បង់ដោយកាបូបរបស់អ្នក',
  otherWallet: 'កម្មវិធីកាបូបផ្សេងទៀត',
  simulator: 'ទូទាត់ដោយកាបូបសាកល្បង',
  saveImage: 'រក្សាទុករូបកូដ QR',
  payBefore: 'ទូទាត់មុន',
  timeLeft: 'ពេលនៅសល់',
  paidAt: 'បានទូទាត់នៅ',
  cancelledAt: 'បានបោះបង់នៅ',
  expiredAt: 'អស់ពេលនៅ',
  purpose: 'សម្រាប់',
  reference: 'លេខបង្កាន់ដៃ',
  order: 'ការបញ្ជាទិញ',
  tip: 'ធីប',
  paidInAll: 'បានទូទាត់សរុប',
  receipt: 'បង្កាន់ដៃសម្រាប់បង្ហាញ',
  payment: 'ការទូទាត់',
  asksForTip: 'កាបូបរបស់អ្នកនឹងសួរថាតើចង់បន្ថែមធីបឬទេ។',
  offline: 'គ្មានការតភ្ជាប់។ ទំព័រនេះនឹងពិនិត្យម្ដងទៀតដោយខ្លួនឯង។',
  notFound: 'រកមិនឃើញការបញ្ជាទិញនេះទេ',
  notFoundNext: 'សូមពិនិត្យតំណ ឬសុំតំណថ្មីពីអាជីវករ។',
  trouble: 'មិនអាចបង្ហាញទំព័រនេះនៅពេលនេះទេ',
};

const zh: PayTexts = {
  language: '语言',
  open: '等待付款',
  paid: '已付款',
  cancelled: '已取消',
  expired: '已超时',
  openNext: '请用钱包应用扫描此二维码。',
  paidNext: '商户已收到款项。您可以关闭此页面。',
  cancelledNext: '商户已取消此订单，无法再付款。',
  expiredNext: '此订单无法再付款。请让商户重新生成订单。',
  qrCode: '此次付款的二维码',
  openWallet: '在钱包应用中打开',
  chooseWallet: '选择您的钱包付款',
  otherWallet: '其他钱包应用',
  simulator: '用试用钱包付款',
  saveImage: '保存二维码图片',
  payBefore: '付款截止时间',
  timeLeft: '剩余时间',
  paidAt: '付款时间',
  cancelledAt: '取消时间',
  expiredAt: '过期时间',
  purpose: '用途',
  reference: '小票号',
  order: '订单',
  tip: '小费',
  paidInAll: '合计已付',
  receipt: '出示收据',
  payment: '付款编号',
  asksForTip: '您的钱包会询问是否加小费。',
  offline: '网络已断开。页面会自动重新查询。',
  notFound: '没有这个订单',
  notFoundNext: '请检查链接，或向商户索取新的链接。',
  trouble: '目前无法显示此页面',
};

export const payTexts: Record<Language, PayTexts> = { en, ky, ru, th, km, zh };
