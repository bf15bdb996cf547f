"""Locale tables: the rows that :mod:`locales` reads. Parts are separated by ``|``, cities by ``; ``."""

from __future__ import annotations

_AMERICAN = "+120255501##|+131255501##|+141555501##|+120655501##|+161755501##"

LOCALES: dict[str, dict[str, str]] = {
    "en": {
        "country": "US|USA|United States|USD|America/New_York",
        "given": "Olivia|Liam|Emma|Noah|Ava|Elijah|Sophia|Lucas|Grace|Henry|Nora|Samuel|Ruby|Daniel|Alice|Owen",
        "family": "Carter|Bennett|Hughes|Foster|Morgan|Reed|Brooks|Parker|Hayes|Sullivan|Griffin|Porter|Warren|Lane",
        "cities": "Seattle|Washington|WA|981##; Denver|Colorado|CO|802##; Boston|Massachusetts|MA|021##; "
        "Austin|Texas|TX|787##; Portland|Oregon|OR|972##; Chicago|Illinois|IL|606##; San Francisco|California|CA|941##",
        "streets": "Maple Street|Oak Avenue|Cedar Lane|Market Street|Park Avenue|Lake Drive|Hill Road|Pine Street",
        "street_form": "{number} {street}",
        "telephones": _AMERICAN,
        "companies": "Inc.|LLC|Corp.|Group",
    },
    "en-gb": {
        "country": "GB|GBR|United Kingdom|GBP|Europe/London",
        "given": "Amelia|Oliver|Isla|George|Freya|Harry|Poppy|Arthur|Florence|Alfie|Imogen|Rupert|Maisie|Callum",
        "family": "Whitfield|Ashworth|Pemberton|Clarke|Hartley|Barlow|Winters|Thornton|Fletcher|Holt|Marsh|Radley",
        "cities": "London|Greater London|LND|EC1A #AB; Manchester|Greater Manchester|MAN|M1 #AE; "
        "Bristol|Bristol|BST|BS1 #TR; Leeds|West Yorkshire|LDS|LS1 #UR; Edinburgh|Edinburgh|EDH|EH1 #YZ; "
        "Cardiff|Cardiff|CRF|CF10 #BH",
        "streets": "High Street|Church Lane|Station Road|Mill Lane|Victoria Road|Queen Street|Green Lane|Park Road",
        "street_form": "{number} {street}",
        "telephones": "+442079460###|+447700900###|+441632960###|+441614960###|+441174960###",
        "companies": "Ltd|Limited|PLC|LLP",
    },
    "de": {
        "country": "DE|DEU|Deutschland|EUR|Europe/Berlin",
        "given": "Hannah|Jonas|Lena|Felix|Clara|Moritz|Johanna|Jakob|Greta|Anton|Frieda|Matthias|Jürgen|Käthe",
        "family": "Lindner|Vogel|Schäfer|Brandt|Krüger|Seidel|Hartmann|Busch|Weiß|Kühn|Ebert|Sommer|Winkler|Arnold",
        "cities": "Berlin|Berlin|BE|10###; Hamburg|Hamburg|HH|20###; München|Bayern|BY|80###; "
        "Köln|Nordrhein-Westfalen|NW|50###; Leipzig|Sachsen|SN|04###; Frankfurt am Main|Hessen|HE|60###",
        "streets": "Lindenstraße|Gartenweg|Bahnhofstraße|Schulstraße|Bergstraße|Ahornweg|Marktplatz|Feldstraße",
        "street_form": "{street} {number}",
        "telephones": "+493023125###|+494066969###|+496990009###|+492214710###|+498999998###",
        "companies": "GmbH|AG|KG|GmbH & Co. KG",
    },
    "fr": {
        "country": "FR|FRA|France|EUR|Europe/Paris",
        "given": "Camille|Louis|Chloé|Hugo|Manon|Jules|Élodie/elodie|Théo|Juliette|Antoine|Margaux|Rémi|Inès|Bastien",
        "family": "Lefèvre|Moreau|Girard|Fontaine|Chevalier|Mercier|Blanchard|Gauthier|Perrin|Renaud|Marchand|Colin",
        "cities": "Paris|Île-de-France|IDF|750##; Lyon|Auvergne-Rhône-Alpes|ARA|690##; "
        "Bordeaux|Nouvelle-Aquitaine|NAQ|330##; Nantes|Pays de la Loire|PDL|440##; Lille|Hauts-de-France|HDF|590##",
        "streets": "rue des Lilas|avenue de la Gare|rue du Moulin|rue Victor Hugo|place de la Mairie|rue des Écoles",
        "street_form": "{number} {street}",
        "telephones": "+331990060##|+332619107##|+333530112##|+334657123##|+335364928##|+336399812##",
        "companies": "SARL|SAS|SA",
    },
    "es": {
        "country": "ES|ESP|España|EUR|Europe/Madrid",
        "given": "Lucía|Mateo|Carmen|Hugo|Paula|Álvaro/alvaro|Elena|Diego|Irene|Javier|Marta|Rubén|Alba|Sergio",
        "family": "Navarro|Iglesias|Ortega|Serrano|Molina|Castro|Vidal|Prieto|Núñez|Campos|Herrera|Lozano|Cano",
        "cities": "Madrid|Comunidad de Madrid|MD|280##; Barcelona|Cataluña|CT|080##; Valencia|Comunidad Valenciana|VC|"
        "460##; Sevilla|Andalucía|AN|410##; Bilbao|País Vasco|PV|480##; Zaragoza|Aragón|AR|500##",
        "streets": "Calle Mayor|Calle del Sol|Avenida de la Paz|Calle Real|Plaza de España|Calle de la Luna",
        "street_form": "{street} {number}",
        "telephones": _AMERICAN,
        "companies": "S.L.|S.A.",
    },
    "it": {
        "country": "IT|ITA|Italia|EUR|Europe/Rome",
        "given": "Giulia|Leonardo|Sofia|Alessandro|Chiara|Lorenzo|Elisa|Matteo|Francesca|Davide|Ilaria|Simone",
        "family": "Ferrari|Conti|Greco|Gallo|Marino|Rinaldi|Lombardi|Barbieri|Fontana|Caruso|Villa|Martini",
        "cities": "Roma|Lazio|RM|001##; Milano|Lombardia|MI|201##; Torino|Piemonte|TO|101##; "
        "Bologna|Emilia-Romagna|BO|401##; Firenze|Toscana|FI|501##; Napoli|Campania|NA|801##",
        "streets": "Via Roma|Via Garibaldi|Corso Italia|Via Dante|Via Verdi|Piazza della Repubblica|Via dei Mille",
        "street_form": "{street} {number}",
        "telephones": _AMERICAN,
        "companies": "S.r.l.|S.p.A.",
    },
    "nl": {
        "country": "NL|NLD|Nederland|EUR|Europe/Amsterdam",
        "given": "Sanne|Daan|Lotte|Bram|Fleur|Thijs|Anouk|Ruben|Femke|Sven|Iris|Joost|Marieke|Koen",
        "family": "Visser|Bakker|Smit|Mulder|Dekker|Hendriks|Kuipers|Vermeer|Postma|Hoekstra|Prins|Scholten",
        "cities": "Amsterdam|Noord-Holland|NH|10## AB; Rotterdam|Zuid-Holland|ZH|30## CD; Utrecht|Utrecht|UT|35## EF; "
        "Eindhoven|Noord-Brabant|NB|56## GH; Groningen|Groningen|GR|97## JK",
        "streets": "Dorpsstraat|Kerkstraat|Stationsweg|Molenweg|Beukenlaan|Prinsengracht|Schoolstraat|Julianalaan",
        "street_form": "{street} {number}",
        "telephones": _AMERICAN,
        "companies": "B.V.|N.V.",
    },
    "ja": {
        "country": "JP|JPN|日本|JPY|Asia/Tokyo",
        "given": "結衣/yui|陽菜/hina|さくら/sakura|美咲/misaki|愛/ai|蓮/ren|"
        "翔太/shota|大輔/daisuke|健太/kenta|拓海/takumi",
        "family": "佐藤/sato|鈴木/suzuki|高橋/takahashi|田中/tanaka|渡辺/watanabe|伊藤/ito|"
        "山本/yamamoto|中村/nakamura|小林/kobayashi",
        "cities": "千代田区|東京都|13|100-00##; 横浜市|神奈川県|14|220-00##; 大阪市|大阪府|27|530-00##; "
        "京都市|京都府|26|600-80##; 札幌市|北海道|01|060-00##; 福岡市|福岡県|40|810-00##",
        "streets": "中央|本町|栄町|緑町|桜町|駅前通",
        "street_form": "{street}{number}-1",
        "telephones": _AMERICAN,
        "companies": "株式会社|合同会社",
    },
    "pt-br": {
        "country": "BR|BRA|Brasil|BRL|America/Sao_Paulo",
        "given": "Ana|João|Beatriz|Pedro|Larissa|Rafael|Camila|Gustavo|Letícia|Thiago|Fernanda|Vinícius|Júlia",
        "family": "Oliveira|Almeida|Barbosa|Cardoso|Teixeira|Nogueira|Ribeiro|Freitas|Araújo|Moraes|Batista|Rocha",
        "cities": "São Paulo|São Paulo|SP|010##-000; Rio de Janeiro|Rio de Janeiro|RJ|200##-000; "
        "Curitiba|Paraná|PR|800##-000; Recife|Pernambuco|PE|500##-000; Porto Alegre|Rio Grande do Sul|RS|900##-000",
        "streets": "Rua das Flores|Avenida Brasil|Rua Sete de Setembro|Rua do Comércio|Avenida Central|Rua da Paz",
        "street_form": "{street}, {number}",
        "telephones": _AMERICAN,
        "companies": "Ltda.|S.A.",
    },
    "pl": {
        "country": "PL|POL|Polska|PLN|Europe/Warsaw",
        "given": "Zuzanna|Jakub|Maja|Szymon|Alicja|Filip|Oliwia|Michał|Natalia|Wojciech|Magdalena|Łukasz/lukasz",
        "family": "Nowak|Wójcik|Mazur|Krawczyk|Zając|Król|Wróbel|Stępień|Dudek|Pawlak|Sikora|Walczak|Baran",
        "cities": "Warszawa|mazowieckie|MZ|00-0##; Kraków|małopolskie|MA|30-0##; Gdańsk|pomorskie|PM|80-0##; "
        "Wrocław|dolnośląskie|DS|50-0##; Poznań|wielkopolskie|WP|60-0##; Łódź|łódzkie|LD|90-0##",
        "streets": "ul. Polna|ul. Leśna|ul. Słoneczna|ul. Krótka|ul. Szkolna|ul. Ogrodowa|ul. Lipowa",
        "street_form": "{street} {number}",
        "telephones": _AMERICAN,
        "companies": "Sp. z o.o.|S.A.",
    },
}
"""By code. ``country``: code of two letters, of three, name, currency, time zone. Names: ASCII form after a slash."""
