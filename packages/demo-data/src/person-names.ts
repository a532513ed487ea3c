import type { NonEmpty } from './random.ts';

type People = {
  given: NonEmpty<string>;
  family: NonEmpty<string>;
  order: 'given family' | 'family given' | 'familygiven';
};

const words = (first: string, ...rest: readonly string[]): NonEmpty<string> => [first, ...rest];

/** Names in many scripts, with accents and both kinds of apostrophe, to test search, CSV and sorting. */
export const people: NonEmpty<People> = [
  {
    given: words(
      'Olivia',
      'James',
      'Amelia',
      'Noah',
      'Grace',
      'Ethan',
      'Chloe',
      'Daniel',
      'Hannah',
      'Marcus',
    ),
    family: words(
      'Smith',
      'Johnson',
      'Taylor',
      'Walker',
      'Okafor',
      'Bennett',
      'Clarke',
      'Hughes',
      'Price',
      'Ward',
    ),
    order: 'given family',
  },
  {
    given: words('Siobhán', 'Seán', 'Niamh', 'Ciarán', 'Róisín', 'Patrick', 'Aoife', 'Conor'),
    family: words("O'Brien", "O'Connor", "O'Neill", 'Murphy', 'Ní Dhomhnaill', 'Byrne', 'Mac Cárthaigh'),
    order: 'given family',
  },
  {
    given: words('Jürgen', 'Anneliese', 'Björn', 'Käthe', 'Lukas', 'Mia', 'Zoë', 'Felix', 'Jörg'),
    family: words(
      'Müller',
      'Schröder',
      'Weiß',
      'Groß',
      'Köhler',
      'Bäcker',
      'Vogel',
      'Straßer',
      'von der Heide',
    ),
    order: 'given family',
  },
  {
    given: words('Élodie', 'François', 'Zoé', 'Benoît', 'Chloé', 'Rémi', 'Anaïs', 'Jean-Luc'),
    family: words('Lefèvre', 'Dubois', 'Géroux', 'Moreau', 'd’Artois', 'Fontaine', 'Château', 'Leblanc'),
    order: 'given family',
  },
  {
    given: words('José', 'María', 'Íñigo', 'Lucía', 'Andrés', 'Begoña', 'Sofía', 'Raúl'),
    family: words('García', 'Núñez', 'Peña Castro', 'Rodríguez', 'Ibáñez', 'Muñoz', 'Vélez', 'de la Cruz'),
    order: 'given family',
  },
  {
    given: words('João', 'Inês', 'Antônio', 'Luísa', 'Tomás', 'Conceição', 'Mateus', 'Flávia'),
    family: words('da Silva', 'Gonçalves', 'Magalhães', 'Araújo', 'Simões', 'Pereira', 'Assunção'),
    order: 'given family',
  },
  {
    given: words('Alessia', 'Niccolò', 'Giulia', 'Matteo', 'Chiara', 'Lorenzo'),
    family: words("D'Angelo", "Dell'Acqua", 'Rossi', 'Bianchi', 'Lo Presti', 'Ferrari', 'Colombo'),
    order: 'given family',
  },
  {
    given: words('Łukasz', 'Agnieszka', 'Zdzisław', 'Małgorzata', 'Jiří', 'Božena', 'Ondřej', 'Žofie'),
    family: words('Wiśniewski', 'Dąbrowska', 'Żak', 'Kowalczyk', 'Dvořák', 'Novotná', 'Černý', 'Růžička'),
    order: 'given family',
  },
  {
    given: words('Åsa', 'Bjørn', 'Søren', 'Þóra', 'Mårten', 'Aino', 'Håkon', 'Sigrún'),
    family: words('Lindström', 'Østergaard', 'Jónsdóttir', 'Åkesson', 'Hämäläinen', 'Bjørnstad', 'Nygård'),
    order: 'given family',
  },
  {
    given: words('Ayşe', 'Çağlar', 'İrem', 'Oğuz', 'Ştefan', 'Ioana', 'Răzvan', 'Elif'),
    family: words('Yılmaz', 'Öztürk', 'Şahin', 'Çelik', 'Ionescu', 'Popescu', 'Doğan', 'Ünal'),
    order: 'given family',
  },
  {
    given: words('Олена', 'Дмитро', 'Ірина', 'Андрій', 'Мария', 'Сергей'),
    family: words('Шевченко', 'Коваль', 'Бондар', 'Мороз', 'Ткач', 'Іваненко'),
    order: 'given family',
  },
  {
    given: words('Γιώργος', 'Ελένη', 'Νίκος', 'Κατερίνα'),
    family: words('Παππάς', 'Νικολάου', 'Ρήγας'),
    order: 'given family',
  },
  {
    given: words('Priya', 'Arjun', 'Ananya', 'Rohan', 'अदिति', 'Lakshmi', 'Farhan', 'Nadia'),
    family: words('Sharma', 'Patel', 'Iyer', 'Chowdhury', 'Singh', 'Krishnamurthy', 'Rahman', 'Fernandes'),
    order: 'given family',
  },
  {
    given: words('محمد', 'فاطمة', 'يوسف', 'ليلى', 'خالد', 'مريم'),
    family: words('الأحمد', 'حسن', 'الخطيب', 'منصور', 'السيد'),
    order: 'given family',
  },
  {
    given: words('Thị Hương', 'Văn Đức', 'Minh Châu', 'Quốc Bảo', 'Ngọc Ánh', 'Tuấn'),
    family: words('Nguyễn', 'Trần', 'Phạm', 'Đặng', 'Lê', 'Võ'),
    order: 'family given',
  },
  {
    given: words('伟', '芳', '秀英', '小明', '建国', '静怡', '浩然', '梓涵'),
    family: words('王', '李', '张', '刘', '陈', '欧阳', '赵', '周'),
    order: 'familygiven',
  },
  {
    given: words('太郎', '花子', '健一', '美咲', '翔太', 'さくら', '陽菜'),
    family: words('山田', '佐藤', '鈴木', '高橋', '渡辺', '小林', '斎藤'),
    order: 'family given',
  },
  {
    given: words('민준', '서연', '지훈', '하은', '도윤', '수빈'),
    family: words('김', '이', '박', '최', '정', '강'),
    order: 'familygiven',
  },
];
