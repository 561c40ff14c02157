"""Documents and entries that the tests of C-CDA share."""

PROBLEMS = """
<section><code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/><title>Problems</title>
<text><paragraph ID="p1">Heart failure</paragraph></text>
<entry><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/><id root="1.2.3" extension="c1"/>
<statusCode code="active"/><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.4"/><id root="1.2.3" extension="p1"/>
<effectiveTime><low value="20240105"/></effectiveTime>
<value xsi:type="CD" code="84114007" codeSystem="2.16.840.1.113883.6.96"><originalText><reference value="#p1"/></originalText></value>
<entryRelationship typeCode="REFR"><observation classCode="OBS" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.143"/></observation></entryRelationship>
</observation></entryRelationship></act></entry></section>"""
HEADER = """
<templateId root="2.16.840.1.113883.10.20.22.1.8"/><id root="1.2.3.4" extension="D7"/>
<code code="18842-5" codeSystem="2.16.840.1.113883.6.1" displayName="Discharge summary"/><title>Discharge Summary</title>
<effectiveTime value="20240110120000-0600"/><setId root="1.2.3.4" extension="S1"/>
<recordTarget><patientRole><id root="2.16.840.1.113883.4.1" extension="999-00-1111"/><id root="1.2.3.5" extension="MRN1"/>
<patient><name><given>Ana</given><family>Ruiz</family></name><administrativeGenderCode code="F"/><birthTime value="19500203"/>
<raceCode code="2106-3" displayName="White"/><raceCode nullFlavor="UNK"/></patient></patientRole></recordTarget>
<author><time value="20240110"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="1234567893"/><assignedPerson>
<name><given>Dee</given><family>Dunn</family></name></assignedPerson></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><id root="1.2.3.6"/><name>Mercy</name>
</representedCustodianOrganization></assignedCustodian></custodian>
<informationRecipient><intendedRecipient><informationRecipient><name>Dr. Home</name></informationRecipient></intendedRecipient>
</informationRecipient>
<participant typeCode="IND"><associatedEntity classCode="CAREGIVER"><associatedPerson><name>Bea Ruiz</name></associatedPerson>
</associatedEntity></participant>
<inFulfillmentOf><order><id root="1.2.3.7" extension="R9"/></order></inFulfillmentOf>
<documentationOf><serviceEvent><performer><functionCode code="PCP" codeSystem="2.16.840.1.113883.5.88"/><assignedEntity>
<id root="2.16.840.1.113883.4.6" extension="1234567893"/><assignedPerson><name><given>Dee</given><family>Dunn</family></name>
</assignedPerson></assignedEntity></performer></serviceEvent></documentationOf>
<relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.3.4" extension="D6"/></parentDocument></relatedDocument>
<componentOf><encompassingEncounter><id root="1.2.3.8" extension="V1"/><code code="IMP" codeSystem="2.16.840.1.113883.5.4"/>
<effectiveTime><low value="20240105"/><high value="20240110"/></effectiveTime>
<dischargeDispositionCode code="01" codeSystem="2.16.840.1.113883.12.112" displayName="Home"/></encompassingEncounter></componentOf>"""


def whole(sections: str = PROBLEMS, header: str = HEADER) -> bytes:
    """A document with these parts."""
    body = (
        f"<component><structuredBody><component>{sections}</component></structuredBody></component>" if sections else ""
    )
    names = 'xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return f"<ClinicalDocument {names}>{header}{body}</ClinicalDocument>".encode()


C = "2.16.840.1.113883.10.20.22.4."
SNOMED = 'codeSystem="2.16.840.1.113883.6.96"'
LOINC = 'codeSystem="2.16.840.1.113883.6.1"'
STATUS = '<entryRelationship><observation><templateId root="{}6"/><value code="{}"/></observation></entryRelationship>'
DRUG = '<consumable><manufacturedProduct><manufacturedMaterial><code code="{}" codeSystem="2.16.840.1.113883.6.88"/>'
DRUG += "</manufacturedMaterial></manufacturedProduct></consumable>"
BOUNDS = '<effectiveTime xsi:type="IVL_TS"><low value="20240101"/>{}</effectiveTime>'


def statement(tag: str, template: str, inner: str, mood: str = "EVN", more: str = "") -> str:
    return f'<{tag} moodCode="{mood}" {more}><templateId root="{C}{template}"/>{inner}</{tag}>'


def problem(status: str = "active", times: str = "", more: str = "", inner: str = "") -> str:
    value = f'<value xsi:type="CD" code="44054006" {SNOMED}/>'
    observation = statement("observation", "4", f"<effectiveTime>{times}</effectiveTime>{value}{inner}", more=more)
    link = f'<entryRelationship typeCode="SUBJ">{observation}</entryRelationship>'
    return statement("act", "3", f'<statusCode code="{status}"/>{link}')


def allergy(kind: str = "419511003", substance: str = "1191", more: str = "", inner: str = "") -> str:
    entity = f'<playingEntity><code code="{substance}" codeSystem="2.16.840.1.113883.6.88"/></playingEntity>'
    who = f'<participant typeCode="CSM"><participantRole>{entity}</participantRole></participant>' if substance else ""
    value = f'<value xsi:type="CD" code="{kind}" {SNOMED}/>'
    link = statement("observation", "7", value + who + inner, more=more)
    return statement("act", "30", f'<statusCode code="active"/><entryRelationship>{link}</entryRelationship>')


def medicine(inner: str = "", mood: str = "EVN", status: str = "active", end: str = "", more: str = "") -> str:
    times = f'<statusCode code="{status}"/>' + BOUNDS.format(end)
    return statement("substanceAdministration", "16", times + inner + DRUG.format("197361"), mood, more)


def result(value: str, more: str = "") -> str:
    inner = f'<code code="2345-7" {LOINC}/><statusCode code="completed"/><effectiveTime value="20240101"/>{value}{more}'
    parts = f"<component>{statement('observation', '2', inner)}</component>"
    return statement("organizer", "1", f'<code code="24323-8" {LOINC}/><statusCode code="completed"/>{parts}')


def section(code: str, *entries: str) -> str:
    """A section with entries."""
    inner = "".join(f"<entry>{one}</entry>" for one in entries)
    text = '<text><table><tbody><tr><td ID="p1">words</td></tr></tbody></table></text>'
    return f'<section><code code="{code}" {LOINC}/><title>A section</title>{text}{inner}</section>'


MANY = "</component><component>".join(
    [
        PROBLEMS,
        section("48765-2", allergy(), allergy("416098002", "", 'negationInd="true"')),
        section("10160-0", medicine(), medicine(mood="INT")),
        section("30954-2", result('<value xsi:type="PQ" value="5" unit="g"/>')),
        section(
            "18776-5",
            statement("procedure", "41", f'<code code="73761001" {SNOMED}/>', "RQO"),
            statement("encounter", "40", f'<code code="185349003" {SNOMED}/>', "INT"),
            statement("act", "20", '<text><reference value="#p1"/></text>', "INT"),
            statement("observation", "121", f'<code code="4548-4" {LOINC}/>', "GOL"),
        ),
        section("11369-6", statement("substanceAdministration", "52", DRUG.format("88"))),
        section("46240-8", statement("encounter", "49", '<code code="99213"/>')),
        section("47519-4", statement("procedure", "14", f'<code code="73761001" {SNOMED}/>')),
    ]
)
