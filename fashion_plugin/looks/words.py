"""Words that shops use for garments, in nine languages, by label."""

from typing import Final

__all__ = ["KEYWORDS", "NOT_WORN"]

KEYWORDS: Final = {
    "top": """
        top tops shirt shirts t-shirt tshirt tee tees longsleeve polo polos blouse blouses tunic tunics
        kurta kurtas kurti kurtis shrug sweater sweaters sweatshirt sweatshirts hoodie hoodies jumper
        jumpers pullover pullovers cardigan cardigans knitwear bodysuit bodysuits camisole camisoles tank
        turtleneck undershirt topwear vest vests henley oberteil oberteile hemd hemden bluse blusen pulli
        strickjacke strickjacken shirts unterhemd kapuzenpullover haut hauts chemise chemises chemisier
        chemisiers pull pulls gilet gilets maillot debardeur camisa camisas camiseta camisetas blusa blusas
        jersey jerseys sudadera sudaderas camicia camicie maglia maglie maglietta magliette maglione
        maglioni felpa felpe canotta trui truien hemdje overhemd overhemden vesten camisola camisolas
        moletom sueter malha koszula koszule koszulka koszulki bluzka bluzki sweter swetry bluza bluzy
        skjorta skjortor tröja tröjor blus blusar""",
    "outerwear": """
        jacket jackets coat coats blazer blazers outerwear outwear parka parkas anorak anoraks cape capes
        trench raincoat raincoats windbreaker windbreakers waistcoat waistcoats overcoat suit suits tuxedo
        bomber poncho ponchos gilet puffer windcheater jacke jacken mantel mäntel sakko sakkos anzug anzüge
        weste westen manteau manteaux veste vestes blouson blousons doudoune doudounes imperméable costume
        costumes abrigo abrigos chaqueta chaquetas cazadora cazadoras americana traje trajes giacca giacche
        cappotto cappotti giubbotto giubbotti giubbino piumino completo jas jassen jasje jasjes colbert
        colberts casaco casacos jaqueta jaquetas fato kurtka kurtki płaszcz płaszcze marynarka marynarki
        jacka jackor kappa kappor kavaj""",
    "dress": """
        dress dresses gown gowns romper rompers jumpsuit jumpsuits playsuit playsuits sundress sundresses
        sari saris saree sarees dungarees overall overalls lehenga kleid kleider einteiler robe robes
        combinaison combinaisons vestido vestidos mono monos vestito vestiti abito abiti tuta jurk jurken
        jurkje jurkjes macacao sukienka sukienki kombinezon klänning klänningar""",
    "bottom": """
        pants pant trousers trouser jeans jean shorts short leggings legging jeggings chinos chino joggers
        sweatpants tracksuits bermudas capris tracksuit track-pants culottes bottomwear bottoms churidar
        salwar patiala hose hosen pantalon pantalons bas pantalón pantalones vaquero vaqueros bermuda
        pantalone pantaloni pantaloncini broek broeken spijkerbroek calça calças calção calções spodnie
        szorty legginsy dżinsy byxa byxor""",
    "skirt": """
        skirt skirts miniskirt skort skorts sarong rock röcke jupe jupes falda faldas gonna gonne rok rokken
        rokje saia saias spódnica spódnice spódniczka kjol kjolar""",
    "shoes": """
        shoe shoes boot boots sandal sandals heels heel pumps sneaker sneakers flats loafer loafers wedges
        clogs trainer trainers footwear slipper slippers flip-flops flip-flop flop flops espadrille
        espadrilles moccasin moccasins mule mules ballerinas brogues oxfords booties stiletto schuh schuhe
        stiefel stiefelette stiefeletten sandale sandalen turnschuh turnschuhe hausschuhe halbschuhe
        chaussure chaussures botte bottes bottine bottines basket baskets sandales escarpin escarpins
        mocassins zapato zapatos zapatilla zapatillas bota botas botín botines sandalia sandalias scarpa
        scarpe stivale stivali stivaletti sandalo sandali schoen schoenen laars laarzen sapato sapatos tênis
        sapatilhas buty but botki sandały trampki kozaki sko skor stövlar kängor""",
    "bag": """
        bag bags handbag handbags purse purses backpack backpacks rucksack rucksacks tote totes clutch
        clutches wallet wallets satchel satchels duffel crossbody pouch messenger briefcase luggage tasche
        taschen beutel rucksäcke geldbörse geldbörsen portemonnaie sac sacs portefeuille portefeuilles
        sacoche pochette cabas bolso bolsos mochila mochilas cartera carteras borsa borse borsetta zaino
        zaini portafoglio tas tassen rugzak rugzakken handtas portemonnee bolsa bolsas carteira carteiras
        torba torby torebka torebki plecak portfel väska väskor ryggsäck plånbok""",
    "hat": """
        hat hats cap caps beanie beanies beret berets fedora headwear bucket-hat visor hut hüte mütze mützen
        kappe kappen chapeau chapeaux casquette casquettes bonnet bonnets sombrero sombreros gorra gorras
        gorro gorros cappello cappelli berretto berretti hoed hoeden muts mutsen pet petten chapéu chapéus
        boné bonés kapelusz kapelusze czapka czapki hatt hattar mössa mössor keps""",
    "eyewear": """
        sunglasses glasses eyewear eyeglasses spectacles sonnenbrille sonnenbrillen brille brillen lunettes
        gafas occhiali zonnebril bril óculos okulary solglasögon glasögon""",
    "belt": """
        belt belts gürtel ceinture ceintures cinturón cinturones cintura cinture riem riemen cinto cintos
        pasek paski skärp bälte""",
    "scarf": """
        scarf scarves muffler mufflers stole stoles shawl shawls pashmina dupatta schal schals tuch tücher
        halstuch foulard foulards écharpe écharpes bufanda bufandas pañuelo sciarpa sciarpe sjaal sjaals
        cachecol lenço szal szalik halsduk sjal""",
}
"""Words by garment label; accents and case do not matter."""

NOT_WORN: Final = """
    tie ties sock socks underwear bra bras brief briefs boxer boxers panties lingerie pyjama pyjamas
    pajama pajamas nightwear swimwear bikini watch watches ring rings necklace necklaces earring
    earrings bracelet bracelets jewellery jewelry perfume deodorant lipstick cosmetics makeup mug book
    books toy toys gift phone case cover lace laces polish hanger tights stockings gloves umbrella
    keychain trunk trunks nightdress loungewear pendant cufflinks bangle accessory accessories gloss
    halskette socken unterwäsche schmuck uhr uhren krawatte krawatten strumpfhose handschuhe badeanzug
    chaussette chaussettes bijou bijoux montre montres cravate cravates collant collants gants
    calcetines joyas reloj corbata medias guantes calze calzini gioielli orologio cravatta guanti"""
"""Words for things that no label covers: they keep `shoe polish` from being taken for a garment."""
