/** Words that passwords are made of too often, with whatever is put around them; in small letters. */
export const common: ReadonlySet<string> = new Set(
  `password passwords passwort passw parol parolparol passwordpassword mypassword thepassword changeme changemenow
  letmein letmeinnow welcome welcomehome welcometo qwerty qwertyuiop qwertyqwerty asdfghjkl asdfasdf zxcvbnm
  iloveyou iloveyouu iloveyousomuch lovelove loveyou loveme sunshine princess superman spiderman batman starwars
  football baseball basketball dragon master monkey shadow michael jordan jennifer charlie liverpool chelsea arsenal
  barcelona manchester juventus realmadrid computer internet administrator admin adminadmin adminpassword root toor
  rootroot user username guest test testtest testing tester testpassword demo demodemo sandbox default secret
  secrets topsecret trustno trustnoone access login loginlogin signin abcdef abcdefgh abcabc abc aaaaaa hello
  helloworld hellohello whatever freedom flower butterfly chocolate cookie summer winter spring autumn january
  february march april may june july august september october november december monday friday samsung iphone apple
  google microsoft windows facebook instagram whatsapp telegram payment payments merchant cashier manager owner
  register money moneymoney bank banking wallet tolom kyrgyzstan kyrgyz bishkek osh thailand bangkok cambodia
  phnompenh china beijing russia moscow пароль парольпароль мойпароль привет приветпривет любовь люблютебя йцукен
  йцукенгшщз йцукенгшщзх администратор админ кыргызстан бишкек ош сырсөз сырсоз саламатсызбы salam salamsalam privet
  ghbdtn gfhjkm gfhjkmgfhjkm correcthorsebatterystaple qazwsx qazwsxedc qweasdzxc qweqwe qweasd asdqwe zaqwsx
  password1234 passw0rd12 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qaz2wsx3e q1w2e3r4t5 q1w2e3r4t5y6 a1b2c3d4e5
  0987654321 9876543210 1234567891 12345678910 123456789a 123456789q 1234qwerasdf qwer1234qwer 1111122222 1122334455
  1212121212 1231231231 123123123123 1123581321 3141592653 11223344556 147258369 147258369a 741852963 741852963a
  0123456789 1029384756 5555566666 6666677777 asd123asd123 abc123abc123 abcd123456 qwe123qwe123 zxc123zxc123`.split(
    /\s+/,
  ),
);
