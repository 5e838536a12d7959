; The rules in CLIPS. Facts are asserted for each case; absent fields are nil; moments are seconds since 1970.
; `owe` is a function of the host: rule, id of the triggering element, due time or nil.

(defglobal
  ?*members* = (create$ political_legal_committee publicity npc_legal_committee cppcc court procuratorate
    public_security development_reform industry_commerce education ethnic_religious_affairs civil_affairs justice
    finance human_resources housing_construction health audit market_regulation natural_resources
    urban_management legal_affairs_office state_tax local_tax subdistrict)
  ?*no-notice* = (create$ violent_resistance obstruction_on_site media_coverage enforcement_publicity legal_aid
    civil_affairs_help policy_consultation))

(deftemplate matter (slot kind) (slot as-of) (slot three-months-ago) (slot filed))
(deftemplate flag (slot name))
(deftemplate party (slot id) (slot role) (slot kind) (slot within) (multislot traits))
(deftemplate relation (slot of) (slot kind) (slot to))
(deftemplate property (slot id) (slot state-owned))
(deftemplate document (slot id) (slot type) (slot issued) (slot party) (slot request))
(deftemplate service (slot id) (slot document) (slot body))
(deftemplate request (slot id) (slot matter) (slot to) (slot requester) (slot at) (slot form) (slot party)
  (multislot shown))
(deftemplate event (slot id) (slot type) (slot at) (slot actor) (slot body) (slot party) (slot about)
  (slot matter) (slot limit))

(deftemplate counts-as-debtor (slot id))
(deftemplate kin (slot id))
(deftemplate absence-confirmed (slot id))
(deftemplate long-absent (slot id))
(deftemplate search-ground (slot id))
(deftemplate assistance (slot rule) (slot matter) (slot to))

; ---- definitions

(defrule debtor-by-role
  (party (id ?p) (role debtor))
  => (assert (counts-as-debtor (id ?p))))

(defrule debtor-by-office
  (relation (of ?p) (kind legal_representative_of|principal_of|directly_responsible_for) (to ?o))
  (party (id ?o) (role debtor) (kind legal_person|other_organisation))
  => (assert (counts-as-debtor (id ?p))))

(defrule debtor-by-management
  (relation (of ?p) (kind senior_manager_of) (to ?o))
  (party (id ?o) (role debtor) (kind legal_person|other_organisation))
  (party (id ?p) (traits $? tied_to_property $?))
  => (assert (counts-as-debtor (id ?p))))

(defrule kin-self
  (counts-as-debtor (id ?p))
  => (assert (kin (id ?p))))

(defrule kin-relative
  (relation (of ?p) (kind spouse_of|child_of|parent_of|relative_of|household_member_of) (to ?o))
  (counts-as-debtor (id ?o))
  => (assert (kin (id ?p))))

(defrule ground-absconded
  (document (type detention_decision) (party ?p&~nil) (issued ?issued&~nil))
  (event (type debtor_absconded) (party ?p) (at ?at&:(>= ?at ?issued)))
  => (assert (search-ground (id ?p))))

(defrule absence-confirmed
  (event (type whereabouts_confirmed) (party ?p&~nil) (actor residents_committee|villagers_committee))
  => (assert (absence-confirmed (id ?p))))

(defrule absent-long-away
  (party (id ?p) (traits $? long_away $?))
  => (assert (long-absent (id ?p))))

(defrule absent-unknown
  (matter (three-months-ago ?limit) (filed ?filed&:(< ?filed ?limit)))
  (event (type whereabouts_lost) (party ?p&~nil) (at ?at&:(< ?at ?limit)))
  (not (event (type debtor_found) (party ?p) (at ?f&:(>= ?f ?at))))
  => (assert (long-absent (id ?p))))

(defrule ground-absent
  (absence-confirmed (id ?p))
  (long-absent (id ?p))
  => (assert (search-ground (id ?p))))

(defrule ground-of-the-case
  (or (flag (name may_cause_mass_incident))
      (and (flag (name claim_especially_large)) (flag (name search_urgent)))
      (flag (name search_otherwise_needed)))
  (party (id ?p))
  => (assert (search-ground (id ?p))))

; ---- filing of the case

(defrule filed
  (event (type enforcement_filed) (id ?e))
  =>
  (owe liwan.principle.no_interference ?e nil)
  (owe liwan.court.network.use ?e nil)
  (owe liwan.court.efficiency ?e nil)
  (owe liwan.court.control_property ?e nil))

(defrule filed-plan
  (event (type enforcement_filed) (id ?e))
  (exists (flag (name major_complex|may_affect_stability|several_assisting_bodies)))
  => (owe liwan.court.plan ?e nil))

(defrule filed-major
  (event (type enforcement_filed) (id ?e))
  (flag (name major_complex))
  => (owe liwan.committee.coordinate_case ?e nil))

(defrule filed-state-assets
  (event (type enforcement_filed) (id ?e))
  (exists (or (flag (name state_assets)) (property (state-owned TRUE))))
  => (owe liwan.finance.state_assets ?e nil))

(defrule filed-relief
  (event (type enforcement_filed) (id ?e))
  (flag (name no_property))
  (party (id ?p) (traits $? in_hardship $?))
  => (owe liwan.court.relief ?e nil))

(defrule filed-organ
  (event (type enforcement_filed) (id ?e))
  (party (id ?p) (role debtor) (traits $? party_government_organ $?))
  =>
  (owe liwan.court.report_organ ?e nil)
  (owe liwan.court.settle_organ ?e nil))

(defrule filed-urge
  (event (type enforcement_filed) (id ?e))
  (party (id ?p) (role debtor) (within TRUE)
    (traits $?t&:(or (member$ administrative_unit ?t) (member$ government_department ?t))))
  => (owe liwan.legal_affairs.urge ?e nil))

(defrule filed-member
  (event (type enforcement_filed) (id ?e))
  (party (id ?p) (traits $? cppcc_member $?))
  => (owe liwan.conference.member_case ?e nil))

(defrule plan-submitted
  (event (type enforcement_plan_submitted) (id ?e))
  => (owe liwan.meeting.coordinate ?e nil))

; ---- members and disputes

(defrule information-shared
  (event (type information_shared) (id ?e) (body ~nil))
  => (owe liwan.platform.no_misuse ?e nil))

(defrule member-objects
  (event (type objection_arose) (id ?e) (actor ?a&:(member$ ?a ?*members*)))
  => (owe liwan.member.objection ?e nil))

(defrule dispute-consult
  (event (type dispute_arose) (id ?e) (limit ?limit))
  =>
  (owe liwan.dispute.consult.one ?e ?limit)
  (owe liwan.dispute.consult.other ?e ?limit))

(defrule dispute-submit
  (matter (as-of ?now))
  (event (type dispute_arose) (id ?e) (limit ?limit))
  (exists (or (test (and (neq ?limit nil) (>= ?now ?limit)))
              (event (type consultation_failed) (about ?e))))
  (not (event (type consultation_agreed) (about ?e) (at ?at&:(<= ?at ?limit))))
  =>
  (owe liwan.dispute.submit.one ?e nil)
  (owe liwan.dispute.submit.other ?e nil))

(defrule dispute-submitted
  (event (type dispute_submitted) (id ?e))
  => (owe liwan.dispute.coordinate ?e nil))

(defrule notice-served
  (document (id ?d) (type assistance_notice))
  (service (id ?s) (document ?d) (body ?b&:(member$ ?b ?*members*)))
  =>
  (owe liwan.member.assist ?s nil)
  (owe liwan.member.feedback ?s nil)
  (owe liwan.member.no_refusal ?s nil))

(defrule document-served
  (document (id ?d) (type assistance_notice|effective_judgment|judicial_suggestion))
  (service (id ?s) (document ?d) (body ?b&:(member$ ?b ?*members*)))
  => (owe liwan.member.no_review ?s nil))

; ---- police: search, vehicles, delay

(defrule search-may-be-requested
  (matter (kind enforcement))
  (search-ground (id ?p))
  (counts-as-debtor (id ?p))
  => (owe liwan.court.request_search ?p nil))

(defrule search-requested
  (request (id ?r) (matter locate_debtor) (party ?p&~nil) (requester court|enforcement_bureau)
    (to public_security|traffic_police|police_station))
  (counts-as-debtor (id ?p))
  (search-ground (id ?p))
  => (owe liwan.police.locate ?r nil))

(defrule debtor-found-by-police
  (event (type debtor_found) (id ?e) (at ?at) (party ?p&~nil) (actor public_security|traffic_police|police_station))
  (counts-as-debtor (id ?p))
  => (owe liwan.police.locate.notify ?e (+ ?at 86400)))

(defrule debtor-found-by-court
  (event (type debtor_found) (id ?e) (at ?at) (party ?p&~nil) (actor court|enforcement_bureau))
  (party (id ?p))
  (exists (request (matter locate_debtor) (party ?p) (to public_security|traffic_police|police_station)
    (at ?asked&:(<= ?asked ?at))))
  => (owe liwan.court.withdraw_search ?e nil))

(defrule vehicle-interception
  (request (id ?r) (matter vehicle_interception) (requester court|enforcement_bureau)
    (to public_security|traffic_police|police_station))
  => (owe liwan.police.vehicle.intercept ?r nil))

(defrule vehicle-seized
  (event (type vehicle_seized) (id ?e) (at ?at) (actor traffic_police))
  => (owe liwan.police.vehicle.notify ?e (+ ?at 86400)))

(defrule vehicle-reported
  (event (type court_notified) (id ?e) (about ?s&~nil))
  (event (type vehicle_seized) (id ?s) (actor traffic_police))
  => (owe liwan.court.vehicle_takeover ?e nil))

(defrule police-delayed
  (event (type delay_arose) (id ?e) (actor public_security|traffic_police|police_station))
  => (owe liwan.police.delay ?e nil))

; ---- resistance, detention, offences

(defrule alarm
  (request (id ?r) (matter violent_resistance) (form alarm) (to public_security|traffic_police|police_station))
  => (owe liwan.police.alarm.dispatch ?r nil))

(defrule violence
  (event (type violent_resistance|site_stormed|personnel_assaulted|equipment_damaged) (id ?e))
  =>
  (owe liwan.police.violence.measures ?e nil)
  (owe liwan.procuratorate.combat.violence ?e nil))

(defrule false-alarm
  (event (type identity_confirmed) (id ?e) (about ?a&~nil))
  (event (type false_alarm_raised) (id ?a) (party ?p&~nil))
  (kin (id ?p))
  =>
  (owe liwan.police.false_alarm.persuade ?e nil)
  (owe liwan.police.false_alarm.remove ?e nil)
  (owe liwan.police.false_alarm.punish ?e nil))

(defrule detainee-delivered
  (event (type detainee_delivered) (id ?e) (actor court|enforcement_bureau))
  => (owe liwan.police.detention.health_check ?e nil))

(defrule detention-not-admitted
  (event (type detention_not_admitted) (id ?e))
  => (owe liwan.police.detention.notice ?e nil))

(defrule stop-suggested
  (event (type stop_detention_suggested) (id ?e) (at ?at))
  =>
  (owe liwan.court.detention.decide ?e (+ ?at 86400))
  (owe liwan.court.detention.notify ?e (+ ?at 86400)))

(defrule offence-local
  (event (type offence_suspected) (id ?e) (body ~nil&~police_elsewhere)
    (matter refusal_to_enforce|disposal_of_seized_property|obstruction_of_duty|other_offence))
  => (owe liwan.court.offence.transfer.local ?e nil))

(defrule offence-elsewhere
  (event (type offence_suspected) (id ?e) (body police_elsewhere)
    (matter refusal_to_enforce|disposal_of_seized_property|obstruction_of_duty|other_offence))
  => (owe liwan.court.offence.transfer.elsewhere ?e nil))

(defrule offence-wages
  (event (type offence_suspected) (id ?e) (matter refusal_to_pay_wages))
  => (owe liwan.court.offence.transfer.wages ?e nil))

(defrule offence-combat
  (event (type offence_suspected) (id ?e) (matter disposal_of_seized_property|refusal_to_enforce|other_offence))
  => (owe liwan.procuratorate.combat.disposal ?e nil))

(defrule transferred
  (event (type offence_transferred) (id ?e) (actor court|enforcement_bureau) (body public_security|police_elsewhere)
    (matter refusal_to_enforce|disposal_of_seized_property|obstruction_of_duty|other_offence))
  => (owe liwan.police.offence.accept.shared ?e nil))

(defrule transferred-wages
  (event (type offence_transferred) (id ?e) (actor court|enforcement_bureau) (body public_security|police_elsewhere)
    (matter refusal_to_pay_wages))
  => (owe liwan.police.offence.accept.wages ?e nil))

(defrule conditions-met-wages
  (event (type filing_conditions_met) (id ?e) (about ?t&~nil))
  (event (type offence_transferred) (id ?t) (actor court|enforcement_bureau) (matter refusal_to_pay_wages))
  => (owe liwan.police.offence.file.wages ?e nil))

(defrule not-filed
  (event (type non_filing_decided|no_liability_decided) (id ?e) (about ?t&~nil))
  (event (type offence_transferred) (id ?t) (actor court|enforcement_bureau)
    (matter refusal_to_enforce|disposal_of_seized_property|obstruction_of_duty|other_offence))
  => (owe liwan.police.offence.reply.written ?e nil))

(defrule not-filed-network
  (event (type non_filing_decided|no_liability_decided) (id ?e) (about ?t&~nil))
  (event (type offence_transferred) (id ?t) (actor court|enforcement_bureau)
    (matter refusal_to_enforce|disposal_of_seized_property|obstruction_of_duty|other_offence|refusal_to_pay_wages))
  => (owe liwan.police.offence.reply.network ?e nil))

(defrule reply-to-a-transfer
  (event (type written_reply_given|network_reply_given) (id ?e) (about ?a&~nil))
  (event (type offence_transferred) (id ?t) (actor court|enforcement_bureau)
    (matter refusal_to_enforce|disposal_of_seized_property|obstruction_of_duty|other_offence))
  (exists (or (test (eq ?a ?t))
              (event (type non_filing_decided|no_liability_decided) (id ?a) (about ?t))))
  => (owe liwan.court.offence.supervision.shared ?e nil))

; ---- requests to departments: a table, as facts, and one rule

(deffacts assistance-table
  (assistance (rule liwan.assist.land_query) (matter planning_query) (to natural_resources))
  (assistance (rule liwan.assist.land_query) (matter land_query) (to natural_resources))
  (assistance (rule liwan.assist.land_query) (matter real_estate_query) (to natural_resources))
  (assistance (rule liwan.assist.land_query) (matter other_assistance) (to natural_resources))
  (assistance (rule liwan.assist.land_measure) (matter real_estate_seizure) (to natural_resources))
  (assistance (rule liwan.assist.land_measure) (matter real_estate_disposal) (to natural_resources))
  (assistance (rule liwan.assist.housing_restriction) (matter qualification_restriction) (to housing_construction))
  (assistance (rule liwan.assist.education) (matter education_query) (to education))
  (assistance (rule liwan.assist.education) (matter other_assistance) (to education))
  (assistance (rule liwan.assist.marriage) (matter marriage_query) (to civil_affairs))
  (assistance (rule liwan.assist.marriage) (matter other_assistance) (to civil_affairs))
  (assistance (rule liwan.assist.business) (matter business_registration_query) (to market_regulation))
  (assistance (rule liwan.assist.business) (matter other_assistance) (to market_regulation))
  (assistance (rule liwan.assist.equity) (matter equity_freeze) (to market_regulation))
  (assistance (rule liwan.assist.equity) (matter equity_unfreeze) (to market_regulation))
  (assistance (rule liwan.assist.equity) (matter equity_disposal) (to market_regulation))
  (assistance (rule liwan.assist.equity) (matter equity_forced_transfer) (to market_regulation))
  (assistance (rule liwan.assist.social_security) (matter social_security_query) (to human_resources))
  (assistance (rule liwan.assist.social_security) (matter other_assistance) (to human_resources))
  (assistance (rule liwan.assist.labour_evidence) (matter labour_dispute_evidence) (to human_resources))
  (assistance (rule liwan.assist.population) (matter population_query) (to health))
  (assistance (rule liwan.assist.population) (matter other_assistance) (to health))
  (assistance (rule liwan.assist.illegal_building) (matter illegal_building_query) (to urban_management))
  (assistance (rule liwan.assist.illegal_building_identification) (matter illegal_building_identification)
    (to urban_management))
  (assistance (rule liwan.assist.state_tax) (matter tax_query) (to state_tax))
  (assistance (rule liwan.assist.state_tax) (matter other_assistance) (to state_tax))
  (assistance (rule liwan.assist.local_tax) (matter tax_query) (to local_tax))
  (assistance (rule liwan.assist.local_tax) (matter other_assistance) (to local_tax))
  (assistance (rule liwan.street.assist.service) (matter service_assistance) (to subdistrict))
  (assistance (rule liwan.street.assist.service) (matter service_assistance) (to residents_committee))
  (assistance (rule liwan.street.assist.information) (matter debtor_information) (to subdistrict))
  (assistance (rule liwan.street.assist.information) (matter debtor_information) (to residents_committee))
  (assistance (rule liwan.street.assist.witness) (matter enforcement_witness) (to subdistrict))
  (assistance (rule liwan.street.assist.witness) (matter enforcement_witness) (to residents_committee))
  (assistance (rule liwan.street.assist.signature) (matter signature_confirmation) (to subdistrict))
  (assistance (rule liwan.street.assist.signature) (matter signature_confirmation) (to residents_committee)))

(defrule assistance-asked
  (matter (kind enforcement))
  (request (id ?r) (matter ?m) (to ?b) (requester court|enforcement_bureau))
  (assistance (rule ?rule) (matter ?m) (to ?b))
  => (owe ?rule ?r nil))

(defrule identity-asked
  (matter (kind enforcement))
  (request (id ?r) (to public_security) (requester court|enforcement_bureau) (form ?form) (shown $?shown)
    (matter identity_query|residence_query|lodging_query|exit_entry_query|vehicle_query|photo_query))
  (test (or (member$ assistance_letter ?shown) (member$ assistance_notice ?shown) (eq ?form letter)
    (eq ?form notice)))
  => (owe liwan.assist.police_identity ?r nil))

(defrule notice-needed
  (matter (kind enforcement))
  (request (id ?r) (matter ?m&:(not (member$ ?m ?*no-notice*))) (requester court|enforcement_bureau)
    (to ?b&~court&:(member$ ?b ?*members*)))
  (not (and (document (id ?d) (type assistance_notice) (request ?r))
            (service (document ?d) (body ?b))))
  => (owe liwan.court.serve_notice ?r nil))

(defrule documents-market
  (request (id ?r) (to market_regulation) (requester court|enforcement_bureau)
    (matter business_registration_query|equity_freeze|equity_unfreeze|equity_disposal|equity_forced_transfer|equity_publicity))
  => (owe liwan.court.documents.market ?r nil))

(defrule documents-state-tax
  (request (id ?r) (to state_tax) (requester court|enforcement_bureau) (matter tax_query))
  => (owe liwan.court.documents.state_tax ?r nil))

(defrule documents-local-tax
  (request (id ?r) (to local_tax) (requester court|enforcement_bureau) (matter tax_query))
  => (owe liwan.court.documents.local_tax ?r nil))

(defrule vehicle-city-rules
  (request (id ?r) (to ~nil) (requester court|enforcement_bureau) (matter vehicle_file_seizure|vehicle_transfer))
  => (owe liwan.court.vehicle_city_rules ?r nil))

(defrule publish
  (request (id ?r) (to market_regulation) (requester court|enforcement_bureau)
    (matter publish_assistance|equity_publicity))
  => (owe liwan.market.publish ?r nil))

(defrule civil-affairs-help
  (request (id ?r) (to civil_affairs) (matter policy_consultation|civil_affairs_help))
  (flag (name hardship))
  => (owe liwan.help.civil_affairs ?r nil))

(defrule legal-aid
  (request (id ?r) (to justice) (matter legal_aid) (party ?p&~nil))
  (party (id ?p) (traits $? legal_aid_eligible $?))
  => (owe liwan.help.legal_aid ?r nil))

; ---- lists of dishonest debtors, audit

(defrule list-to-planning
  (event (type dishonest_list_provided) (id ?e) (actor court|enforcement_bureau) (body natural_resources))
  => (owe liwan.planning.screen ?e nil))

(defrule application-of-a-listed-debtor
  (event (type administrative_application) (id ?e) (body natural_resources) (party ?p&~nil) (at ?at))
  (party (id ?p) (role debtor) (traits $? dishonest_debtor $?))
  (exists (event (type dishonest_list_provided) (actor court|enforcement_bureau) (body natural_resources) (party ?p)
    (at ?listed&:(<= ?listed ?at))))
  => (owe liwan.planning.feedback ?e nil))

(defrule audit
  (matter (kind enforcement))
  (party (id ?p) (role debtor)
    (traits $?t&:(and (member$ dishonest_debtor ?t) (member$ district_owned ?t)
      (or (member$ state_owned_enterprise ?t) (member$ financial_institution ?t)))))
  => (owe liwan.audit.debtor ?p nil))
