import type { NonEmpty } from './random.ts';

/** The business of a company, so that the descriptions of its payments fit: nobody pays a printer for a croissant. */
export type Sector = 'food' | 'retail' | 'software' | 'transport' | 'business' | 'property';

const lines = (names: string): NonEmpty<string> => {
  const [first = '', ...rest] = names.trim().split(/\s*\n\s*/);
  return [first, ...rest];
};

/** Invented names. They have commas, quotes, ampersands and many scripts on purpose, to test search, CSV and sorting. */
export const companies: Readonly<Record<Sector, NonEmpty<string>>> = {
  food: lines(`
    Brightwater Coffee Ltd
    The "Little" Bakery
    Fernhill Organics
    Kettle & Crumb
    Bäckerei Groß
    Österreichische Feinkost KG
    Café Lumière SARL
    L'Épicerie du Marché
    Boulangerie Bénédicte
    Fromagerie Côté Cœur
    Panadería Núñez e Hijos
    Cervecería La Cigüeña
    Padaria São João Lda.
    Açaí & Cia
    Trattoria dell'Angolo
    Gelateria Perché No
    Caffè d’Oro
    Piekarnia Żytnia
    Pivovar Tři Růže s.r.o.
    Blåbärs Café AB
    Kahvila Pöllö Oy
    Kahve Köşesi Ltd. Şti.
    Cofetăria Măgura SRL
    Καφενείο Η Αυλή
    Chai Junction
    Cửa hàng Hoa Sen
    青空ラーメン
    喫茶 月光
    老北街茶馆
    한옥마을 찻집
    Lagos Fresh Foods Ltd
  `),
  retail: lines(`
    Harbor & Pine Outfitters
    O'Malley's Hardware
    Murphy's Law Books
    Northgate Cycle Works
    Zürcher Uhrenatelier AG
    Blumen Käthe e.K.
    Buchhandlung Schön & Töchter
    Librairie À la Page
    Atelier d'Émile
    Tienda "El Niño" S.L.
    Livraria Conceição
    Knihkupectví Žluťásek
    Íslensk Ull ehf.
    Rīgas Grāmatu Nams SIA
    Öztürk Tekstil A.Ş.
    Книгарня «Ластівка»
    शक्ति इलेक्ट्रॉनिक्स
    متجر النخيل
    みどり薬局
    海棠书店
    晨光花店
    달빛서점
    Baobab Textiles
    Tāmaki Surf Shop
    Wattle & Gum Nursery
  `),
  software: lines(`
    Larkfield Software Inc.
    Bluefinch Cloud Hosting
    Redwood Analytics Corp.
    Quillstone Press
    Songbird Streaming
    Nordlys Digital A/S
    明远科技有限公司
    Łąka Studio Sp. z o.o.
    Atelier Numérique Zéphyr
    青葉ソフト株式会社
  `),
  transport: lines(`
    Greenlane Taxi Co-op
    Société Générique de Transport
    Transportes Peñarroja, S.A.
    Østkystens Færger ApS
    Harborline Ferries
    Hotel Zur Alten Mühle
    Pensão Girassol
    Radtaxi Köln e.G.
    さくら交通株式会社
    شركة البحر للنقل
    Rail & Road Tickets Ltd
  `),
  business: lines(`
    Copperline Logistics LLC
    Smith, Jones & Partners LLP
    Tidewater Marine Supply
    Silverbrook Insurance Brokers
    Müller & Söhne GmbH
    Weißenburger Maschinenbau AG
    Stadtwerke Königsau
    Hafenkontor Lüdersen GmbH & Co. KG
    Construções Magalhães S.A.
    Officine Fratelli Lo Presti S.r.l.
    Łódzka Drukarnia Sp. z o.o.
    Usługi Księgowe Dąb
    Håndverkerhuset Bjørk AS
    ТОВ «Зелений Гай»
    Sharma & Sons Traders
    Lakshmi Spice Exports Pvt. Ltd.
    Công ty TNHH Sông Xanh
    株式会社さくら商事
    有限会社 山の手印刷
    金穗物流（上海）有限公司
    푸른바다 주식회사
    Kilimani Print House
    Karoo Solar (Pty) Ltd
    Oakmere Dental Care
    Clínica Dental Íñiguez
  `),
  property: lines(`
    Stonebridge Property Management
    Wohnbau Lindenhof eG
    Inmobiliaria Peñalba, S.L.
    Régie Immobilière du Lac
    Keizersbrug Vastgoed B.V.
    みなと不動産
    Fastigheter i Åmål AB
  `),
};
