import type { NonEmpty } from './random.ts';

type People = {
  given: NonEmpty<string>;
  family: NonEmpty<string>;
  order: 'given family' | 'family given' | 'familygiven';
};

const words = (first: string, ...rest: readonly string[]): NonEmpty<string> => [first, ...rest];

/** Names from many scripts, with accents and both kinds of apostrophe: what search, CSV and sorting must bear. */
export const people: NonEmpty<People> = [
  {
    given: words('Olivia', 'James', 'Amelia', 'Noah', 'Grace', 'Ethan', 'Chloe', 'Daniel', 'Hannah', 'Marcus'),
    family: words('Smith', 'Johnson', 'Taylor', 'Walker', 'Okafor', 'Bennett', 'Clarke', 'Hughes', 'Price', 'Ward'),
    order: 'given family',
  },
  {
    given: words('Siobhán', 'Seán', 'Niamh', 'Ciarán', 'Róisín', 'Patrick', 'Aoife', 'Conor'),
    family: words("O'Brien", "O'Connor", "O'Neill", 'Murphy', 'Ní Dhomhnaill', 'Byrne', 'Mac Cárthaigh'),
    order: 'given family',
  },
  {
    given: words('Jürgen', 'Anneliese', 'Björn', 'Käthe', 'Lukas', 'Mia', 'Zoë', 'Felix', 'Jörg'),
    family: words('Müller', 'Schröder', 'Weiß', 'Groß', 'Köhler', 'Bäcker', 'Vogel', 'Straßer', 'von der Heide'),
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
    family: words('Yılmaz', 'Öztürk', 'Şahin', 'Çelik', 'Ionescu', 'Popșa', 'Doğan', 'Ünal'),
    order: 'given family',
  },
  {
    given: words('Олена', 'Дмитро', 'Ірина', 'Андрій', 'Мария', 'Сергей', 'Γιώργος', 'Ελένη'),
    family: words('Шевченко', 'Коваль', 'Бондар', 'Мороз', 'Ткач', 'Іваненко'),
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

/** Invented. Commas, quotes and ampersands are there on purpose. */
export const companies: NonEmpty<string> = [
  'Brightwater Coffee Ltd', 'Harbor & Pine Outfitters', 'Larkfield Software Inc.', 'Quillstone Press', 'Oakmere Dental Care',
  'Copperline Logistics LLC', 'Smith, Jones & Partners LLP', "O'Malley's Hardware", "Murphy's Law Books", 'Bluefinch Cloud Hosting',
  'Stonebridge Property Management', 'Tidewater Marine Supply', 'The "Little" Bakery', 'Fernhill Organics', 'Northgate Cycle Works',
  'Silverbrook Insurance Brokers', 'Kettle & Crumb', 'Redwood Analytics Corp.', 'Marlowe Theatre Tickets', 'Greenlane Taxi Co-op',
  'Müller & Söhne GmbH', 'Bäckerei Groß', 'Weißenburger Maschinenbau AG', 'Stadtwerke Königsau', 'Buchhandlung Schön & Töchter',
  'Österreichische Feinkost KG', 'Zürcher Uhrenatelier AG', 'Blumen Käthe e.K.', 'Hafenkontor Lüdersen GmbH & Co. KG',
  'Café Lumière SARL', "L'Épicerie du Marché", "Atelier d'Émile", 'Boulangerie Bénédicte', 'Société Générique de Transport',
  'Librairie À la Page', 'Fromagerie Côté Cœur', 'Tienda "El Niño" S.L.', 'Panadería Núñez e Hijos', 'Cervecería La Cigüeña',
  'Transportes Peñarroja, S.A.', 'Clínica Dental Íñiguez', 'Padaria São João Lda.', 'Construções Magalhães S.A.', 'Açaí & Cia',
  'Livraria Conceição', "Trattoria dell'Angolo", 'Officine Fratelli Lo Presti S.r.l.', 'Gelateria Perché No', 'Caffè Nerò d’Oro',
  'Łódzka Drukarnia Sp. z o.o.', 'Piekarnia Żytnia', 'Usługi Księgowe Dąb', 'Pivovar Tři Růže s.r.o.', 'Knihkupectví Žluťásek',
  'Nordlys Energi A/S', 'Østkystens Fiskehandel ApS', 'Blåbärs Café AB', 'Håndverkerhuset Bjørk AS', 'Kahvila Pöllö Oy',
  'Íslensk Ull ehf.', 'Rīgas Grāmatu Nams SIA', 'Öztürk Tekstil A.Ş.', 'Kahve Dünyam Ltd. Şti.', 'Cofetăria Măgura SRL',
  'ТОВ «Зелений Гай»', 'Книгарня «Ластівка»', 'Καφενείο Η Αυλή', 'Sharma & Sons Traders', 'Lakshmi Spice Exports Pvt. Ltd.',
  'Chai Junction', 'शक्ति इलेक्ट्रॉनिक्स', 'متجر النخيل', 'شركة البحر للشحن', 'Cửa hàng Hoa Sen', 'Công ty TNHH Sông Xanh',
  '株式会社さくら商事', '青空ラーメン', '有限会社 山の手印刷', 'みどり薬局', '喫茶 月光', '明远科技有限公司', '老北街茶馆',
  '海棠书店', '金穗物流（上海）有限公司', '晨光花店', '푸른바다 주식회사', '달빛서점', '한옥마을 찻집', 'Lagos Fresh Foods Ltd',
  'Baobab Textiles', 'Kilimani Print House', 'Ubuntu Solar (Pty) Ltd', 'Tāmaki Surf Shop', 'Wattle & Gum Nursery', 'Prairie Ink Tattoo',
];
