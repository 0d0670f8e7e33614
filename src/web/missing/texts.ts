/** What stands where nothing is. */
import { catalogue } from '../messages.ts';

export const missingTexts = catalogue({
  en: {
    title: 'There is no page here',
    next: 'Check the address: it was mistyped, or the page has moved.',
    home: 'To the start page',
  },
  ky: {
    title: 'Бул жерде барак жок',
    next: 'Даректи текшериңиз: ката терилген же барак башка жакка көчкөн.',
    home: 'Башкы баракка',
  },
  ru: {
    title: 'Такой страницы нет',
    next: 'Проверьте адрес: в нём опечатка, или страница переехала.',
    home: 'На главную страницу',
  },
  th: {
    title: 'ไม่มีหน้านี้',
    next: 'ตรวจสอบที่อยู่ อาจพิมพ์ผิด หรือหน้านี้ถูกย้ายไปแล้ว',
    home: 'ไปหน้าแรก',
  },
  km: {
    title: 'គ្មានទំព័រនៅទីនេះទេ',
    next: 'សូមពិនិត្យអាសយដ្ឋាន៖ វាអាចសរសេរខុស ឬទំព័រត្រូវបានផ្លាស់ទី។',
    home: 'ទៅទំព័រដើម',
  },
  zh: {
    title: '这里没有页面',
    next: '请检查地址：可能输入有误，或页面已移动。',
    home: '返回首页',
  },
});
