import { catalogue } from '../messages.ts';

export const texts = catalogue({
  en: {
    signIn: 'Sign in',
    email: 'E-mail',
    password: 'Password',
    checkFields: 'Check the e-mail address and the password.',
    lockedFor: {
      one: 'You can try again in {count} minute.',
      other: 'You can try again in {count} minutes.',
    },
  },
  ky: {
    signIn: 'Кирүү',
    email: 'Электрондук почта',
    password: 'Сырсөз',
    checkFields: 'Электрондук почтаны жана сырсөздү текшериңиз.',
    lockedFor: {
      one: '{count} мүнөттөн кийин кайра аракет кылсаңыз болот.',
      other: '{count} мүнөттөн кийин кайра аракет кылсаңыз болот.',
    },
  },
  ru: {
    signIn: 'Войти',
    email: 'Электронная почта',
    password: 'Пароль',
    checkFields: 'Проверьте адрес электронной почты и пароль.',
    lockedFor: {
      one: 'Попробовать снова можно через {count} минуту.',
      few: 'Попробовать снова можно через {count} минуты.',
      many: 'Попробовать снова можно через {count} минут.',
    },
  },
  th: {
    signIn: 'ลงชื่อเข้าใช้',
    email: 'อีเมล',
    password: 'รหัสผ่าน',
    checkFields: 'กรุณาตรวจสอบอีเมลและรหัสผ่าน',
    lockedFor: { other: 'ลองใหม่ได้ในอีก {count} นาที' },
  },
  km: {
    signIn: 'ចូលប្រើ',
    email: 'អ៊ីមែល',
    password: 'ពាក្យសម្ងាត់',
    checkFields: 'សូមពិនិត្យអ៊ីមែល និងពាក្យសម្ងាត់។',
    lockedFor: { other: 'អ្នកអាចសាកល្បងម្ដងទៀតក្នុងរយៈពេល {count} នាទី។' },
  },
  zh: {
    signIn: '登录',
    email: '电子邮箱',
    password: '密码',
    checkFields: '请检查电子邮箱和密码。',
    lockedFor: { other: '{count} 分钟后可以重试。' },
  },
});
