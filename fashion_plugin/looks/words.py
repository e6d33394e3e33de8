"""Words that shops use for garments, in nine languages, by label; `words_beyond` has more languages."""

from typing import Final

__all__ = ["KEYWORDS", "NOT_WORN"]

KEYWORDS: Final = {
    "top": """
        top tops shirt shirts t-shirt tshirt tee tees longsleeve polo polos blouse blouses tunic tunics
        kurta kurtas kurti kurtis shrug sweater sweaters sweatshirt sweatshirts hoodie hoodies jumper
        jumpers pullover pullovers cardigan cardigans knitwear bodysuit bodysuits camisole camisoles
        tank turtleneck undershirt undershirts topwear vest vests henley longsleeves corset corsets
        strickwaren tunika tuniken chandail chandails maglieria canotte oberteil oberteile hemd hemden
        bluse blusen pulli strickjacke strickjacken unterhemd kapuzenpullover haut hauts chemise
        chemises chemisier chemisiers pull pulls gilet gilets maillot debardeur camisa camisas camiseta
        camisetas blusa blusas jersey jerseys sudadera sudaderas camicia camicie maglia maglie maglietta
        magliette maglione maglioni felpa felpe canotta trui truien hemdje overhemd overhemden vesten
        camisola camisolas moletom sueter malha koszula koszule koszulka koszulki bluzka bluzki sweter
        swetry bluza bluzy skjorta skjortor tröja tröjor blus blusar""",
    "outerwear": """
        jacket jackets coat coats blazer blazers outerwear outwear parka parkas anorak anoraks cape
        capes trench raincoat raincoats windbreaker windbreakers waistcoat waistcoats overcoat suit
        suits tuxedo bomber poncho ponchos puffer windcheater jacke jacken mantel mäntel sakko sakkos
        anzug anzüge weste westen manteau manteaux veste vestes blouson blousons doudoune doudounes
        imperméable costume costumes abrigo abrigos chaqueta chaquetas cazadora cazadoras americana
        traje trajes giacca giacche cappotto cappotti giubbotto giubbotti giubbino piumino completo jas
        jassen jasje jasjes colbert colberts casaco casacos jaqueta jaquetas fato kurtka kurtki płaszcz
        płaszcze marynarka marynarki jacka jackor kappa kappor kavaj""",
    "dress": """
        dress dresses gown gowns romper rompers jumpsuit jumpsuits playsuit playsuits kimono kimonos
        kaftan kaftans caftan caftans dirndl dirndls sundress sundresses sari saris saree sarees
        dungarees overall overalls lehenga kleid kleider einteiler robe robes combinaison combinaisons
        vestido vestidos mono monos vestito vestiti abito abiti tuta tute jurk jurken jurkje jurkjes
        macacao sukienka sukienki kombinezon klänning klänningar""",
    "bottom": """
        pants pant trousers trouser slacks cargos jeans jean shorts short leggings legging jeggings
        chinos chino joggers sweatpants tracksuits bermudas capris tracksuit track-pants culottes
        bottomwear bottoms churidar salwar patiala hose hosen pantalon pantalons bas pantalón pantalones
        vaquero vaqueros bermuda pantalone pantaloni pantaloncini broek broeken spijkerbroek calça
        calças calção calções spodnie szorty legginsy dżinsy byxa byxor""",
    "skirt": """
        skirt skirts miniskirt petticoat petticoats skort skorts sarong rock röcke jupe jupes falda
        faldas gonna gonne rok rokken rokje saia saias spódnica spódnice spódniczka kjol kjolar""",
    "shoes": """
        shoe shoes boot boots sandal sandals heels heel pumps sneaker sneakers flats loafer loafers
        wedges clogs trainer trainers footwear slipper slippers flip-flops flip-flop flop flops
        espadrille espadrilles moccasin moccasins mule mules slide slides derbies wellies wellingtons
        ballerinas brogues oxfords booties stiletto schuh schuhe stiefel stiefelette stiefeletten
        sandale sandalen turnschuh turnschuhe hausschuhe halbschuhe pantoletten zehentrenner chaussure
        chaussures botte bottes bottine bottines baskets tongs sandales escarpin escarpins mocassins
        zapato zapatos zapatilla zapatillas bota botas botín botines deportivas sandalia sandalias
        scarpa scarpe stivale stivali stivaletti sandalo sandali schoen schoenen laars laarzen sapato
        sapatos tênis sapatilhas buty botki sandały trampki kozaki sko skor stövlar kängor""",
    "bag": """
        bag bags handbag handbags purse purses backpack backpacks rucksack rucksacks tote totes clutch
        clutches holdall holdalls weekender weekenders suitcase suitcases wallet wallets satchel
        satchels duffel crossbody pouch fannypack fannypacks messenger briefcase luggage tasche taschen
        beutel rucksäcke geldbörse geldbörsen portemonnaie sac sacs portefeuille portefeuilles besace
        besaces sacoche pochette cabas bolso bolsos mochila mochilas cartera carteras riñonera riñoneras
        borsa borse borsetta zaino zaini portafoglio tas tassen rugzak rugzakken handtas portemonnee
        bolsa bolsas carteira carteiras torba torby torebka torebki plecak portfel väska väskor ryggsäck
        plånbok""",
    "hat": """
        hat hats cap caps beanie beanies beret berets fedora headwear bucket-hat visor hut hüte mütze
        mützen kappe kappen chapeau chapeaux casquette casquettes bonnet bonnets sombrero sombreros
        gorra gorras gorro gorros cappello cappelli berretto berretti hoed hoeden muts mutsen petten
        chapéu chapéus boné bonés kapelusz kapelusze czapka czapki hatt hattar mössa mössor keps""",
    "eyewear": """
        sunglasses glasses eyewear eyeglasses spectacles sonnenbrille sonnenbrillen brille brillen
        lunettes gafas occhiali zonnebril bril óculos okulary solglasögon glasögon""",
    "belt": """
        belt belts gürtel ceinture ceintures cinturón cinturones cintura cinture riem riemen cinto
        cintos pasek paski skärp bälte""",
    "scarf": """
        scarf scarfs scarves snood snoods bandana bandanas neckerchief muffler mufflers stole stoles
        shawl shawls pashmina dupatta schal schals tuch tücher halstuch foulard foulards écharpe
        écharpes bufanda bufandas pañuelo sciarpa sciarpe sjaal sjaals cachecol lenço szal szalik
        szaliki halsduk halsdukar sjal sjalar""",
}
"""Words by garment label; accents and case do not matter."""

NOT_WORN: Final = """
    tie ties necktie neckties sock socks underwear bra bras brief briefs boxer boxers panties lingerie
    hosiery pantyhose shapewear tights stockings legwarmers longjohns pyjama pyjamas pajama pajamas
    nightwear nightsuit nightsuits nightdress nightdresses nightgown nightgowns nightie sleepwear
    loungewear bathrobe bathrobes dressinggown dressinggowns swimwear swimsuit swimsuits bathingsuit
    bathingsuits bathsuits wetsuit wetsuits bikini bikinis trunk trunks watch watches ring rings
    necklace necklaces earring earrings bracelet bracelets bangle bangles anklet brooch brooches pendant
    pendants cufflink cufflinks jewellery jewelry charm charms gloves glove mittens umbrella umbrellas
    keychain keyring suspenders braces wristband wristbands headband headbands hairband hairbands hair
    handkerchief handkerchiefs accessory accessories buckle buckles perfume cologne toilette deodorant
    lipstick gloss lip nail eyeshadow eyeliner kajal mascara foundation concealer moisturiser
    moisturisers moisturizer cleanser sunscreen shampoo soap lotion cosmetics makeup skincare mug mugs
    glassware wineglasses waterbottle bottle bottles plate plates vase vases candle candles cushion
    cushions pillow pillows pillowcase pillowcases blanket blankets towel towels bedding duvet curtain
    curtains rug rugs lamp lamps sofa sofas chair chairs cover covers poster posters book books toy toys
    doll dolls nappies nappy gift gifts giftbag giftbags garmentbag garmentbags sleepingbag sleepingbags
    binbags teabags card voucher vouchers phone phones laptop laptops desktop desktops tablet tablets
    headphone headphones case cases lace laces shoelaces shoecare insole insoles liner liners polish
    hanger hangers rack boxes holder holders organiser organizer football footballs basketball
    basketballs racket rackets goggles halskette halsketten socken strumpf strümpfe strumpfhose
    strumpfhosen unterwäsche nachtwäsche schlafanzug schlafanzüge badeanzug badeanzüge badehose
    badehosen bademantel bademäntel schmuck uhr uhren armbanduhr armbanduhren krawatte krawatten
    handschuhe handtuch handtücher badetuch badetücher bettwäsche chaussette chaussettes bijou bijoux
    montre montres cravate cravates collant collants gants parfum parfums calcetines joyas reloj relojes
    corbata corbatas medias guantes bañador bañadores calze calzini gioielli orologio orologi cravatta
    guanti sokken sieraden horloge horloges skarpetki biżuteria zegarek zegarki strumpor smycken klocka
    klockor"""
"""Words for things that no label covers: they keep `shoe polish` from being taken for a garment."""
