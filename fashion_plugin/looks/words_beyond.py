"""Words for garments in more languages: Nordic, Central European, Turkish, Russian, Arabic, East Asian."""

from typing import Final

__all__ = ["KEYWORDS_BEYOND", "UNSPACED"]

KEYWORDS_BEYOND: Final = {
    "top": """
        skjorte skjorter bluse bluser genser gensere trøje trøjer paita paidat neule neuleet pusero
        puserot tričko trička košile halenka halenky mikina mikiny svetr svetry ing ingek póló pólók
        pulóver pulóverek blúz cămașă cămăși tricou tricouri bluză bluze pulover pulovere gömlek
        gömlekler tişört tişörtler bluz kazak kazaklar sweatshirt рубашка рубашки футболка футболки
        блузка блузки свитер свитеры толстовка толстовки худи джемпер джемперы майка майки сорочка
        сорочки светр светри قميص قمصان بلوزة بلوزات تيشيرت تيشيرتات""",
    "outerwear": """
        jakke jakker frakke frakker kåpe kåper takki takit takin puku puvut bunda bundy kabát kabáty
        sako saka oblek obleky kabátok dzseki dzsekik zakó öltöny jachetă jachete geacă geci palton
        paltoane sacou sacouri ceket ceketler mont montlar kaban kabanlar куртка куртки пальто плащ
        плащи пиджак пиджаки жакет жакеты пуховик пуховики костюм костюмы парка парки піджак піджаки
        معطف معاطف جاكيت جاكيتات سترة سترات""",
    "dress": """
        kjole kjoler mekko mekot šaty ruha ruhák rochie rochii salopetă salopete elbise elbiseler tulum
        tulumlar abiye платье платья сарафан сарафаны комбинезон комбинезоны сукня сукні فستان فساتين
        عباية عبايات""",
    "bottom": """
        bukse bukser housut farkut legginsit kalhoty džíny kraťasy nadrág nadrágok farmer farmerek
        pantalon blugi pantolon pantolonlar şort şortlar брюки джинсы шорты леггинсы легинсы штаны штани
        بنطلون بنطال بناطيل جينز شورت""",
    "skirt": """
        skjørt nederdel nederdele hame hameet sukně sukňa szoknya szoknyák fustă fuste etek etekler юбка
        юбки спідниця спідниці تنورة تنانير""",
    "shoes": """
        støvle støvler kenkä kengät saappaat nilkkurit tennarit boty kozačky sandály tenisky lodičky
        cipő cipők csizma csizmák szandál szandálok pantof pantofi ghete cizme sandale adidași ayakkabi
        ayakkabilar bot botlar çizme çizmeler sandalet terlik terlikler обувь туфли ботинки сапоги
        кроссовки кеды босоножки сандалии тапочки взуття черевики حذاء أحذية صندل صنادل بوت""",
    "bag": """
        veske vesker taske tasker rygsæk ryggsekk laukku laukut reppu reput lompakko kabelka kabelky
        batoh batohy peněženka peněženky táska táskák hátizsák pénztárca geantă genți rucsac rucsacuri
        portofel çanta çantalar cüzdan cüzdanlar сумка сумки рюкзак рюкзаки кошелек кошельки клатч
        клатчи حقيبة حقائب محفظة محافظ""",
    "hat": """
        hatte hattu hatut pipo pipot lippis lippikset čepice klobouk klobouky kšiltovka kalap kalapok
        sapka sapkák pălărie pălării șapcă șepci căciulă căciuli şapka şapkalar bere шапка шапки шляпа
        шляпы кепка кепки панама قبعة قبعات""",
    "eyewear": """
        solbrille solbriller briller aurinkolasit silmälasit brýle napszemüveg szemüveg ochelari gözlük
        gözlüğü gözlükler очки окуляри نظارة نظارات""",
    "belt": """
        bælte bælter belte vyö vyöt pásek pásky opasek opasky öv övek curea curele kemer kemerler ремень
        ремни пояс пояса ремінь ремені حزام أحزمة""",
    "scarf": """
        tørklæde tørklæder skjerf huivi huivit šála šály sálak kendő kendők eșarfă eșarfe fular fulare
        atki atkilar şal şallar fularlar шарф шарфы платок платки шарфи وشاح أوشحة حجاب""",
    "": """
        sukat alusvaatteet uimapuku korut ponožky plavky šperky hodinky zokni fehérnemű ékszer óra
        karóra șosete bijuterii ceas lenjerie çorap çoraplar mayo bikini taki saat küpe носки белье
        купальник часы украшения серьги кольцо перчатки شراب جوارب ساعة ساعات مجوهرات""",
}
"""Words by garment label, "" for what is none; accents and case do not matter."""

UNSPACED: Final = {
    "top": """
        シャツ ブラウス ニット セーター トップス カーディガン パーカー スウェット カットソー ポロ
        タンクトップ チュニック ベスト 衬衫 襯衫 衬衣 t恤 毛衣 上衣 卫衣 衛衣 针织衫 針織衫 背心 吊带
        셔츠 블라우스 니트 스웨터 맨투맨 후드티 가디건 조끼 เสื้อ""",
    "outerwear": """
        ジャケット コート アウター ブルゾン ダウン ブレザー スーツ ジャンパー 外套 夹克 夾克 大衣 风衣
        風衣 西装 西裝 羽绒服 羽絨 코트 자켓 재킷 아우터 점퍼 패딩 블레이저 정장 수트 แจ็คเก็ต เสื้อโค้ท""",
    "dress": """
        ワンピース ドレス オールインワン サロペット 连衣裙 連衣裙 洋装 洋裝 礼服 禮服 旗袍 원피스 드레스
        점프수트 เดรส ชุดเดรส""",
    "bottom": """
        パンツ ジーンズ デニム ズボン レギンス スラックス チノ 裤 褲 裤子 바지 팬츠 청바지 반바지 데님
        레깅스 슬랙스 กางเกง""",
    "skirt": "スカート 裙 裙子 半身裙 短裙 스커트 치마 กระโปรง",
    "shoes": """
        シューズ 靴 ブーツ スニーカー サンダル パンプス ローファー ミュール ヒール 鞋 靴子 신발 구두
        운동화 부츠 샌들 스니커즈 로퍼 슬리퍼 รองเท้า""",
    "bag": """
        バッグ リュック 鞄 かばん カバン ポーチ トート クラッチ 財布 包 钱包 錢包 가방 백팩 핸드백
        토트백 크로스백 클러치 지갑 กระเป๋า""",
    "hat": "帽子 帽 ハット キャップ ベレー ビーニー 모자 비니 캡 หมวก",
    "eyewear": "サングラス メガネ 眼鏡 眼镜 太阳镜 太陽眼鏡 墨镜 선글라스 안경 แว่นตา",
    "belt": "ベルト 腰带 腰帶 皮带 皮帶 벨트 เข็มขัด",
    "scarf": "マフラー スカーフ ストール ショール 围巾 圍巾 丝巾 絲巾 披肩 스카프 머플러 목도리 ผ้าพันคอ",
    "": """
        靴下 ソックス 下着 水着 時計 腕時計 ネックレス ピアス リング 指輪 アクセサリー ネクタイ 袜 襪
        内衣 泳衣 泳装 手表 手錶 项链 戒指 耳环 手套 领带 香水 양말 속옷 수영복 시계 목걸이 귀걸이 반지
        장갑 넥타이 향수 ถุงเท้า นาฬิกา""",
}
"""The same for scripts that leave no space between words, where the last part of a name says what it is."""
