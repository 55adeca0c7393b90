"""What people call things in headers and titles: canonical columns and tables, totals, units, in three languages.

Only for proposing a layout: nothing is ever read by these words. English, French and German.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

COLUMNS: Final[dict[str, str]] = {
    "project": "project id, project code, project no, project number, project key, code projet, n projet, projet, "
    "projekt, projektnummer, projektnr, projektcode, job, job no, code affaire, affaire",
    "name": "project name, title, nom du projet, libelle projet, intitule, projektname, bezeichnung, description",
    "person": "employee, employee id, user, username, resource, resource name, consultant, worker, staff, "
    "collaborateur, salarie, ressource, intervenant, nom, matricule, mitarbeiter, mitarbeiterin, personalnummer, "
    "person name, full name, email, e mail",
    "work_date": "date, day, work day, entry date, jour, date de travail, datum, tag, arbeitstag",
    "hours": "hrs, h, time, duration, hours worked, quantity, heures, nb heures, nombre d heures, duree, temps, "
    "stunden, std, dauer, arbeitszeit, capacity hours, capacite, kapazitat",
    "task": "activity, issue, issue key, ticket, tache, activite, aufgabe, tatigkeit, vorgang",
    "comment": "comments, note, notes, remark, work description, commentaire, remarque, kommentar, bemerkung",
    "billable": "chargeable, facturable, abrechenbar, fakturierbar",
    "role": "function, fonction, profil, rolle, funktion",
    "status": "state, statut, etat, approval, zustand",
    "entry_id": "worklog id, id, entry",
    "cost_category": "category, cost type, cost element, cost nature, expense type, nature, nature de cout, "
    "nature de depense, poste, poste de cout, poste de depense, rubrique, categorie, compte, compte comptable, "
    "compte num, kostenart, kategorie, kostenkategorie, konto, sachkonto, account, account name, gl account, "
    "g l account, line item",
    "wbs": "wbs element, wbs code, code otp, otp, psp, psp element, work package, lot, arbeitspaket",
    "period": "month, fiscal period, mois, periode, monat, buchungsperiode",
    "charge_period": "service period, period of service, periode de prestation, leistungsmonat, leistungsperiode",
    "cutoff_period": "cutoff, cut off, arrete, stichtag",
    "amount": "value, cost, costs, total cost, budget, net amount, amount excl tax, amount ht, price, net value, "
    "net order value, montant, montant ht, cout, valeur, prix, betrag, kosten, wert, nettobetrag, summe",
    "planned": "planned amount, planned benefit, prevu, planifie, geplant, plan",
    "realised": "realized, actual, realise, ist",
    "currency": "ccy, curr, currency code, devise, monnaie, wahrung, waehrung",
    "version_no": "version, version number, rev, revision, fassung",
    "version_type": "type of version, type de version",
    "approved_on": "approval date, approved, date d approbation, valide le, genehmigt am, freigabe",
    "change_request": "cr, change, change no, demande de changement, anderungsantrag",
    "submitted_on": "submitted, date de soumission, soumis le, eingereicht am",
    "decided_on": "decision date, decided, date de decision, entschieden am",
    "cost_delta": "cost impact, impact cout, delta cost, kostenauswirkung",
    "days_delta": "schedule impact, impact delai, delta days, terminauswirkung",
    "order_no": "order, order number, po, po number, po no, purchase order, purchasing document, commande, "
    "n commande, numero de commande, n de commande, bon de commande, bestellung, bestellnummer, bestell nr",
    "line_no": "line, line number, item, pos, position, ligne, n ligne, poste commande, zeile, artikel",
    "order_line_no": "order line, po line, po item, ligne de commande, bestellposition",
    "ordered_on": "order date, document date, date commande, date de commande, bestelldatum, po date",
    "vendor": "supplier, vendor name, supplier name, name of supplier, fournisseur, lieferant, kreditor",
    "closed_on": "closing date, date de cloture, geschlossen am",
    "receipt_no": "receipt, receipt number, gr number, n reception, reception, bon de reception, wareneingang",
    "received_on": "receipt date, received, date reception, date de reception, eingangsdatum, wareneingang am",
    "invoice_no": "invoice, invoice number, bill, facture, n facture, numero de facture, rechnung, rechnungsnummer, "
    "rechnungs nr",
    "posted_on": "posting date, date, invoice date, booking date, accounting date, date comptable, date facture, "
    "date de facture, date ecriture, ecriture date, piece date, buchungsdatum, rechnungsdatum, datum, belegdatum",
    "paid_on": "payment date, paid, date de paiement, paye le, bezahlt am, zahlungsdatum",
    "posting_id": "document number, document no, document, voucher, entry no, journal, transaction, piece, n piece, "
    "n ecriture, ecriture num, belegnummer, beleg, buchungsnummer",
    "origin": "document type, origine, type de piece, belegart",
    "cost_centre": "cost center, centre de cout, centre de couts, kostenstelle",
    "functional_amount": "amount in local currency, local amount, montant devise locale, betrag in hauswahrung",
    "programme": "program, programm",
    "sponsor": "sponsor name, commanditaire, auftraggeber",
    "manager": "project manager, pm, chef de projet, responsable, projektleiter, projektleiterin",
    "start_on": "start, start date, begin, debut, date de debut, beginn, startdatum, start am",
    "finish_on": "finish, finish date, end, end date, fin, date de fin, ende, enddatum, fertig am",
    "as_of": "date, status date, date d arrete, stand, stichtag",
    "percent_complete": "progress, complete, done, percent, avancement, fortschritt, fertigstellungsgrad",
    "milestone": "milestone id, jalon, meilenstein",
    "baseline_on": "baseline, baseline date, planned date, date de reference, date prevue, plantermin, basistermin",
    "forecast_on": "forecast, forecast date, date estimee, prognose, prognosetermin",
    "actual_on": "actual, actual date, date reelle, isttermin",
    "reported_on": "reported, report date, date du rapport, gemeldet am, berichtsdatum",
    "risk": "risk id, n risque, id risque, risque, risiko, risiko nr",
    "title": "risk title, libelle, titre, titel, beschreibung",
    "probability": "likelihood, prob, probabilite, wahrscheinlichkeit, eintrittswahrscheinlichkeit",
    "impact": "exposure, impact cost, severity, auswirkung, schadenshohe",
    "owner": "responsible, responsable, verantwortlich, verantwortlicher, porteur",
    "due_on": "due, due date, echeance, fallig am, frist",
    "skill": "competence, faehigkeit, fahigkeit",
    "rate": "hourly rate, daily rate, tjm, taux, satz, stundensatz, kurs",
    "valid_from": "from, valid since, debut de validite, gultig ab",
    "team": "equipe, department, service, abteilung",
}
TABLES: Final[dict[str, str]] = {
    "forecast_lines": "forecast, prevision, previsions, atterrissage, reste a faire, raf, eac, etc, prognose, "
    "hochrechnung",
    "budget_lines": "budget, plan, kosten, couts, costs",
    "orders": "order, orders, purchase orders, po, commande, commandes, engagements, bestellung, bestellungen",
    "receipts": "receipt, receipts, goods receipt, reception, receptions, wareneingang",
    "invoices": "invoice, invoices, bills, facture, factures, rechnung, rechnungen",
    "postings": "posting, postings, ledger, journal, actuals, ecritures, grand livre, buchungen, ist",
    "risks": "risk, risks, risque, risques, risiko, risiken",
    "milestones": "milestone, milestones, jalon, jalons, meilenstein, meilensteine",
    "capacity": "capacity, capacite, kapazitat",
    "demand": "demand, demande, charge, bedarf",
    "benefits": "benefit, benefits, benefices, gains, nutzen",
}
TOTAL: Final = re.compile(
    r"(?i)^(sub[- ]?totals?|sous[- ]totaux|sous[- ]total|zwischensumme|teilsumme|grand total|total général|"
    r"total general|totals?|totaux|somme|gesamtsumme|gesamt|summe|sum)\b"
)
GRAND_TOTAL: Final = re.compile(
    r"(?i)^(grand total|total général|total general|totaux généraux|gesamtsumme|gesamtkosten)\b"
)
BALANCE: Final = re.compile(r"(?i)\b(balance|solde|saldo|kontostand|bestand)\b")
SUMMARY: Final = re.compile(
    r"(?i)\b(summary|overview|recap|récap|synthèse|synthese|total|totals|consolid\w*|übersicht|zusammenfassung)\b"
)
"""Names of sheets that sum up the others."""
UNNAMED: Final = re.compile(r"(?i)^(sheet|feuil|feuille|tabelle|blatt|data|données|daten)\s?[0-9]*$")
"""Names of sheets that nobody chose."""
NOTHING: Final = frozenset(
    {
        "-",
        "–",
        "—",
        "--",
        "n/a",
        "na",
        "n.a.",
        "n/d",
        "nd",
        "n.d.",
        "nc",
        "tbc",
        "tbd",
        "k.a.",
        "k. a.",
        "entf.",
        "x",
        "/",
        ".",
    }
)
_THOUSANDS: Final = re.compile(
    r"(?i)(\bk\s?(?:€|\$|£|EUR|USD|GBP|CHF)|\bT(?:€|EUR|CHF|USD)|€\s?k\b|\$\s?k\b|£\s?k\b|[(\s]000'?s\b|'000\b|"
    r"\bthousands?\b|\bmilliers\b|\bTausend\b)"
)
_MILLIONS: Final = re.compile(
    r"(?i)(\bM\s?(?:€|\$|£|EUR|USD|GBP|CHF)|€\s?m\b|\$\s?m\b|£\s?m\b|\bmillions?\b|\bMio\b|\bMillionen\b)"
)
_CURRENCY: Final = (
    (re.compile(r"€|\b[kMT]?EUR\b|\beuros?\b", re.IGNORECASE), "EUR", True),
    (re.compile(r"£|\b[kM]?GBP\b|\bpounds?\b", re.IGNORECASE), "GBP", True),
    (re.compile(r"\b[kMT]?CHF\b"), "CHF", True),
    (re.compile(r"\b[kM]?USD\b|US\$"), "USD", True),
    (re.compile(r"\$|\bdollars?\b", re.IGNORECASE), "USD", False),
)


def folded(text: str) -> str:
    """Lower case, without accents, words parted by one space, those of `workDate` too."""
    parted = re.sub(r"([a-zà-ÿ])([A-Z])", r"\1 \2", text)
    decomposed = unicodedata.normalize("NFD", parted.casefold().replace("ß", "ss"))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


_WORDS: Final = {
    column: (folded(column), *(folded(word) for word in words.split(",")))
    for column, words in COLUMNS.items()
}
_TABLE_WORDS: Final = {
    table: tuple(folded(word) for word in words.split(",")) for table, words in TABLES.items()
}


def likeness(header: str, column: str) -> int:
    """How surely a header names a canonical column: 4 by its own name, 3 by a synonym, 1 by holding one, 0 not."""
    text = folded(header)
    words = _WORDS.get(column, (folded(column),))
    if not text:
        return 0
    if text == words[0]:
        return 4
    if text in words:
        return 3
    return int(any(len(word) > 2 and f" {word} " in f" {text} " for word in words))


def names_table(text: str, table: str) -> bool:
    """Whether a title, a sheet's or a file's name speaks of a table."""
    padded = f" {folded(text)} "
    return any(f" {word} " in padded for word in (folded(table), *_TABLE_WORDS.get(table, ())))


def unit_in(text: str) -> str | None:
    """`thousands` or `millions`, where a title says so."""
    if _THOUSANDS.search(text):
        return "thousands"
    return "millions" if _MILLIONS.search(text) else None


def currency_in(text: str) -> tuple[str, bool] | None:
    """The currency that a title names, and whether that is sure: a dollar may be another country's."""
    return next(((code, sure) for pattern, code, sure in _CURRENCY if pattern.search(text)), None)
