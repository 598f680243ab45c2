<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>ColourBar</name>
    <message>
      <source>high</source>
      <translation>hoch</translation>
    </message>
    <message>
      <source>low</source>
      <translation>niedrig</translation>
    </message>
  </context>
  <context>
    <name>Commands</name>
    <message>
      <source>Open files …</source>
      <translation>Dateien öffnen …</translation>
    </message>
    <message>
      <source>Open folder …</source>
      <translation>Ordner öffnen …</translation>
    </message>
    <message>
      <source>Cancel scoring</source>
      <translation>Auswertung abbrechen</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>Beenden</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Suchen</translation>
    </message>
    <message>
      <source>Go to list</source>
      <translation>Zur Liste</translation>
    </message>
    <message>
      <source>Refresh</source>
      <translation>Aktualisieren</translation>
    </message>
    <message>
      <source>Next study</source>
      <translation>Nächste Studie</translation>
    </message>
    <message>
      <source>Previous study</source>
      <translation>Vorige Studie</translation>
    </message>
    <message>
      <source>Mark as reviewed</source>
      <translation>Als gesichtet kennzeichnen</translation>
    </message>
    <message>
      <source>Mark as unread</source>
      <translation>Als ungelesen kennzeichnen</translation>
    </message>
    <message>
      <source>Full screen</source>
      <translation>Vollbild</translation>
    </message>
    <message>
      <source>Guide</source>
      <translation>Anleitung</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Tasten</translation>
    </message>
    <message>
      <source>File</source>
      <translation>Datei</translation>
    </message>
    <message>
      <source>List</source>
      <translation>Liste</translation>
    </message>
    <message>
      <source>Reading</source>
      <translation>Befundung</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Compare</source>
      <translation>Vergleich</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modell</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>Hilfe</translation>
    </message>
    <message>
      <source>Go to image</source>
      <translation>Zum Bild</translation>
    </message>
    <message>
      <source>Previous image of the study</source>
      <translation>Voriges Bild der Studie</translation>
    </message>
    <message>
      <source>Next image of the study</source>
      <translation>Nächstes Bild der Studie</translation>
    </message>
    <message>
      <source>Previous frame</source>
      <translation>Voriges Einzelbild</translation>
    </message>
    <message>
      <source>Next frame</source>
      <translation>Nächstes Einzelbild</translation>
    </message>
    <message>
      <source>Play the frames</source>
      <translation>Einzelbilder abspielen</translation>
    </message>
    <message>
      <source>Strip of images</source>
      <translation>Bildleiste</translation>
    </message>
    <message>
      <source>Drag sets the window</source>
      <translation>Ziehen stellt das Fenster ein</translation>
    </message>
    <message>
      <source>Drag zooms</source>
      <translation>Ziehen zoomt</translation>
    </message>
    <message>
      <source>Drag moves</source>
      <translation>Ziehen verschiebt</translation>
    </message>
    <message>
      <source>Drag goes through the images</source>
      <translation>Ziehen blättert durch die Bilder</translation>
    </message>
    <message>
      <source>Drag measures a length</source>
      <translation>Ziehen misst eine Länge</translation>
    </message>
    <message>
      <source>Drag measures an angle</source>
      <translation>Ziehen misst einen Winkel</translation>
    </message>
    <message>
      <source>Delete the last measurement</source>
      <translation>Letzte Messung löschen</translation>
    </message>
    <message>
      <source>Delete all measurements</source>
      <translation>Alle Messungen löschen</translation>
    </message>
    <message>
      <source>Magnifier</source>
      <translation>Lupe</translation>
    </message>
    <message>
      <source>Turn right</source>
      <translation>Nach rechts drehen</translation>
    </message>
    <message>
      <source>Turn left</source>
      <translation>Nach links drehen</translation>
    </message>
    <message>
      <source>Flip left and right</source>
      <translation>Links und rechts spiegeln</translation>
    </message>
    <message>
      <source>Flip upside down</source>
      <translation>Oben und unten spiegeln</translation>
    </message>
    <message>
      <source>Invert</source>
      <translation>Invertieren</translation>
    </message>
    <message>
      <source>Whole image</source>
      <translation>Ganzes Bild</translation>
    </message>
    <message>
      <source>Pixel for pixel</source>
      <translation>Pixel für Pixel</translation>
    </message>
    <message>
      <source>Life size</source>
      <translation>Lebensgröße</translation>
    </message>
    <message>
      <source>Zoom in</source>
      <translation>Vergrößern</translation>
    </message>
    <message>
      <source>Zoom out</source>
      <translation>Verkleinern</translation>
    </message>
    <message>
      <source>Reset</source>
      <translation>Zurücksetzen</translation>
    </message>
    <message>
      <source>Heatmap</source>
      <translation>Heatmap</translation>
    </message>
    <message>
      <source>Heatmap fainter</source>
      <translation>Heatmap schwächer</translation>
    </message>
    <message>
      <source>Heatmap stronger</source>
      <translation>Heatmap stärker</translation>
    </message>
    <message>
      <source>Heatmap as outlines</source>
      <translation>Heatmap als Umrisse</translation>
    </message>
    <message>
      <source>Heatmap from a lower threshold</source>
      <translation>Heatmap ab niedrigerer Schwelle</translation>
    </message>
    <message>
      <source>Heatmap from a higher threshold</source>
      <translation>Heatmap ab höherer Schwelle</translation>
    </message>
    <message>
      <source>What the model saw</source>
      <translation>Was das Modell sah</translation>
    </message>
    <message>
      <source>About the model</source>
      <translation>Über das Modell</translation>
    </message>
    <message>
      <source>Marks</source>
      <translation>Beschriftung</translation>
    </message>
    <message>
      <source>DICOM header</source>
      <translation>DICOM-Kopf</translation>
    </message>
    <message>
      <source>Save as picture …</source>
      <translation>Als Bilddatei sichern …</translation>
    </message>
    <message>
      <source>Two images of the study</source>
      <translation>Zwei Bilder der Studie</translation>
    </message>
    <message>
      <source>Prior study beside</source>
      <translation>Voraufnahme daneben</translation>
    </message>
    <message>
      <source>Next earlier prior</source>
      <translation>Nächstältere Voraufnahme</translation>
    </message>
    <message>
      <source>Go to the other image</source>
      <translation>Zum anderen Bild</translation>
    </message>
    <message>
      <source>Zoom and move together</source>
      <translation>Gemeinsam zoomen und verschieben</translation>
    </message>
    <message>
      <source>Window together</source>
      <translation>Gemeinsam fenstern</translation>
    </message>
    <message>
      <source>Images in a window of their own</source>
      <translation>Bilder in eigenem Fenster</translation>
    </message>
    <message>
      <source>Search archives …</source>
      <translation>Archive durchsuchen …</translation>
    </message>
    <message>
      <source>Receive studies</source>
      <translation>Studien empfangen</translation>
    </message>
    <message>
      <source>What is being sent …</source>
      <translation>Was gesendet wird …</translation>
    </message>
    <message>
      <source>Network …</source>
      <translation>Netz …</translation>
    </message>
    <message>
      <source>Next unread study</source>
      <translation>Nächste ungelesene Studie</translation>
    </message>
    <message>
      <source>Previous unread study</source>
      <translation>Vorige ungelesene Studie</translation>
    </message>
    <message>
      <source>Agree</source>
      <translation>Zustimmen</translation>
    </message>
    <message>
      <source>Unsure</source>
      <translation>Unsicher</translation>
    </message>
    <message>
      <source>Disagree</source>
      <translation>Ablehnen</translation>
    </message>
    <message>
      <source>Write a note</source>
      <translation>Notiz schreiben</translation>
    </message>
    <message>
      <source>Undo status or verdict</source>
      <translation>Status oder Urteil zurücknehmen</translation>
    </message>
    <message>
      <source>Mark as in progress</source>
      <translation>Als in Arbeit kennzeichnen</translation>
    </message>
    <message>
      <source>Mark as dictated</source>
      <translation>Als diktiert kennzeichnen</translation>
    </message>
    <message>
      <source>Mark as validated</source>
      <translation>Als validiert kennzeichnen</translation>
    </message>
    <message>
      <source>Mark as cancelled</source>
      <translation>Als storniert kennzeichnen</translation>
    </message>
    <message>
      <source>Order of arrival</source>
      <translation>Reihenfolge des Eingangs</translation>
    </message>
    <message>
      <source>Small pictures in the list</source>
      <translation>Kleine Bilder in der Liste</translation>
    </message>
    <message>
      <source>Next tab</source>
      <translation>Nächster Reiter</translation>
    </message>
    <message>
      <source>Previous tab</source>
      <translation>Voriger Reiter</translation>
    </message>
    <message>
      <source>Keep the search as a tab …</source>
      <translation>Suche als Reiter behalten …</translation>
    </message>
    <message>
      <source>Remove this tab</source>
      <translation>Diesen Reiter entfernen</translation>
    </message>
    <message>
      <source>Save the list as CSV …</source>
      <translation>Liste als CSV sichern …</translation>
    </message>
    <message>
      <source>Save the result as PDF …</source>
      <translation>Ergebnis als PDF sichern …</translation>
    </message>
    <message>
      <source>Print the result …</source>
      <translation>Ergebnis drucken …</translation>
    </message>
    <message>
      <source>Statistics</source>
      <translation>Statistik</translation>
    </message>
    <message>
      <source>Settings …</source>
      <translation>Einstellungen …</translation>
    </message>
    <message>
      <source>Triage only: no score, no heatmap</source>
      <translation>Nur Triage: kein Score, keine Heatmap</translation>
    </message>
    <message>
      <source>Change keys …</source>
      <translation>Tasten ändern …</translation>
    </message>
  </context>
  <context>
    <name>Comparing</name>
    <message>
      <source>Loading …</source>
      <translation>Wird geladen …</translation>
    </message>
    <message>
      <source>This study holds no image.</source>
      <translation>Diese Studie enthält kein Bild.</translation>
    </message>
  </context>
  <context>
    <name>Desk</name>
    <message>
      <source>Triage only</source>
      <translation>Nur Triage</translation>
    </message>
    <message>
      <source>Reader aid</source>
      <translation>Befundungshilfe</translation>
    </message>
    <message>
      <source>{} (locked)</source>
      <translation>{} (gesperrt)</translation>
    </message>
    <message>
      <source>Flags and order are shown; scores and heatmaps are not.</source>
      <translation>Markierungen und Reihenfolge werden gezeigt, Scores und Heatmaps nicht.</translation>
    </message>
    <message>
      <source>Flags, scores and heatmaps are shown.</source>
      <translation>Markierungen, Scores und Heatmaps werden gezeigt.</translation>
    </message>
    <message>
      <source>Save the list as CSV</source>
      <translation>Liste als CSV sichern</translation>
    </message>
    <message>
      <source>{} studies written to {}</source>
      <translation>{} Studien geschrieben nach {}</translation>
    </message>
    <message>
      <source>Save the result as PDF</source>
      <translation>Ergebnis als PDF sichern</translation>
    </message>
    <message>
      <source>Result written to {}</source>
      <translation>Ergebnis geschrieben nach {}</translation>
    </message>
    <message>
      <source>{}: the page could not be written.</source>
      <translation>{}: Die Seite konnte nicht geschrieben werden.</translation>
    </message>
  </context>
  <context>
    <name>FilterBar</name>
    <message>
      <source>All</source>
      <translation>Alle</translation>
    </message>
    <message>
      <source>Unread</source>
      <translation>Ungelesen</translation>
    </message>
    <message>
      <source>Flagged</source>
      <translation>Markiert</translation>
    </message>
    <message>
      <source>Not processed</source>
      <translation>Nicht verarbeitet</translation>
    </message>
    <message>
      <source>Today</source>
      <translation>Heute</translation>
    </message>
    <message>
      <source>Mine</source>
      <translation>Meine</translation>
    </message>
    <message>
      <source>Filter</source>
      <translation>Filter</translation>
    </message>
    <message>
      <source>Name, ID, accession, description</source>
      <translation>Name, ID, Auftragsnummer, Beschreibung</translation>
    </message>
    <message>
      <source>Search (Ctrl+F); Esc clears</source>
      <translation>Suchen (Strg+F); Esc leert</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Suchen</translation>
    </message>
    <message>
      <source>Let them into the list (F5)</source>
      <translation>In die Liste übernehmen (F5)</translation>
    </message>
    <message>
      <source>{} in: {}</source>
      <translation>{} in: {}</translation>
    </message>
    <message>
      <source>{} new</source>
      <translation>{} neu</translation>
    </message>
    <message>
      <source>Waiting to enter the list: {}</source>
      <translation>Warten auf Aufnahme in die Liste: {}</translation>
    </message>
  </context>
  <context>
    <name>FilterKeeping</name>
    <message>
      <source>Keep as a tab</source>
      <translation>Als Reiter behalten</translation>
    </message>
    <message>
      <source>Name of the tab</source>
      <translation>Name des Reiters</translation>
    </message>
  </context>
  <context>
    <name>HeaderBrowser</name>
    <message>
      <source>DICOM header</source>
      <translation>DICOM-Kopf</translation>
    </message>
    <message>
      <source>Search tag, name or value</source>
      <translation>Tag, Name oder Wert suchen</translation>
    </message>
    <message>
      <source>Search in the header</source>
      <translation>Im Kopf suchen</translation>
    </message>
    <message>
      <source>Tag</source>
      <translation>Tag</translation>
    </message>
    <message>
      <source>VR</source>
      <translation>VR</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>Value</source>
      <translation>Wert</translation>
    </message>
    <message>
      <source>Elements of the header</source>
      <translation>Elemente des Kopfes</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>Kopieren</translation>
    </message>
    <message>
      <source>{} of {}</source>
      <translation>{} von {}</translation>
    </message>
    <message>
      <source>{}</source>
      <translation>{}</translation>
    </message>
  </context>
  <context>
    <name>HelpWindow</name>
    <message>
      <source>Guide</source>
      <translation>Anleitung</translation>
    </message>
    <message>
      <source>Pages</source>
      <translation>Seiten</translation>
    </message>
    <message>
      <source>Page</source>
      <translation>Seite</translation>
    </message>
    <message>
      <source>All keys</source>
      <translation>Alle Tasten</translation>
    </message>
  </context>
  <context>
    <name>ImageBar</name>
    <message>
      <source>Image tools</source>
      <translation>Bildwerkzeuge</translation>
    </message>
    <message>
      <source>More tools</source>
      <translation>Weitere Werkzeuge</translation>
    </message>
    <message>
      <source>Strength of the heatmap ([ and ])</source>
      <translation>Stärke der Heatmap ([ und ])</translation>
    </message>
    <message>
      <source>Strength of the heatmap</source>
      <translation>Stärke der Heatmap</translation>
    </message>
    <message>
      <source>Presets</source>
      <translation>Vorgaben</translation>
    </message>
    <message>
      <source>Windows and VOI LUTs (keys 0 to 9)</source>
      <translation>Fenster und VOI-LUTs (Tasten 0 bis 9)</translation>
    </message>
  </context>
  <context>
    <name>ImageStrip</name>
    <message>
      <source>Strip of the study's images</source>
      <translation>Leiste der Bilder der Studie</translation>
    </message>
  </context>
  <context>
    <name>ImageView</name>
    <message>
      <source>Radiograph</source>
      <translation>Röntgenbild</translation>
    </message>
  </context>
  <context>
    <name>Inspecting</name>
    <message>
      <source>Save as picture - it shows what the marks show, the patient's name too</source>
      <translation>Als Bilddatei sichern - sie zeigt, was die Beschriftung zeigt, auch den Namen</translation>
    </message>
    <message>
      <source>PNG pictures (*.png)</source>
      <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
      <source>No image is shown.</source>
      <translation>Es wird kein Bild gezeigt.</translation>
    </message>
    <message>
      <source>Loading …</source>
      <translation>Wird geladen …</translation>
    </message>
  </context>
  <context>
    <name>KeyEditor</name>
    <message>
      <source>Change keys</source>
      <translation>Tasten ändern</translation>
    </message>
    <message>
      <source>Command</source>
      <translation>Befehl</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Tasten</translation>
    </message>
    <message>
      <source>Conflict</source>
      <translation>Konflikt</translation>
    </message>
    <message>
      <source>Commands and keys</source>
      <translation>Befehle und Tasten</translation>
    </message>
    <message>
      <source>New key</source>
      <translation>Neue Taste</translation>
    </message>
    <message>
      <source>Add key</source>
      <translation>Taste hinzufügen</translation>
    </message>
    <message>
      <source>Use this key alone</source>
      <translation>Nur diese Taste</translation>
    </message>
    <message>
      <source>No key</source>
      <translation>Keine Taste</translation>
    </message>
    <message>
      <source>As delivered</source>
      <translation>Wie geliefert</translation>
    </message>
    <message>
      <source>Import …</source>
      <translation>Einlesen …</translation>
    </message>
    <message>
      <source>Export …</source>
      <translation>Ausgeben …</translation>
    </message>
    <message>
      <source>All as delivered</source>
      <translation>Alle wie geliefert</translation>
    </message>
    <message>
      <source>{} commands share a key; give each its own.</source>
      <translation>{} Befehle teilen sich eine Taste; jeder braucht seine eigene.</translation>
    </message>
    <message>
      <source>a window of the image</source>
      <translation>ein Fenster des Bildes</translation>
    </message>
    <message>
      <source>Import keys</source>
      <translation>Tasten einlesen</translation>
    </message>
    <message>
      <source>Export keys</source>
      <translation>Tasten ausgeben</translation>
    </message>
    <message>
      <source>New key:</source>
      <translation>Neue Taste:</translation>
    </message>
  </context>
  <context>
    <name>KeySheet</name>
    <message>
      <source>Left drag</source>
      <translation>Links ziehen</translation>
    </message>
    <message>
      <source>as the tool says</source>
      <translation>wie das Werkzeug sagt</translation>
    </message>
    <message>
      <source>Right drag</source>
      <translation>Rechts ziehen</translation>
    </message>
    <message>
      <source>zoom</source>
      <translation>zoomen</translation>
    </message>
    <message>
      <source>Middle drag</source>
      <translation>Mitte ziehen</translation>
    </message>
    <message>
      <source>move</source>
      <translation>verschieben</translation>
    </message>
    <message>
      <source>Wheel</source>
      <translation>Rad</translation>
    </message>
    <message>
      <source>zoom to the cursor</source>
      <translation>zum Zeiger zoomen</translation>
    </message>
    <message>
      <source>Ctrl + wheel</source>
      <translation>Strg + Rad</translation>
    </message>
    <message>
      <source>frames and images</source>
      <translation>Einzelbilder und Bilder</translation>
    </message>
    <message>
      <source>Double click</source>
      <translation>Doppelklick</translation>
    </message>
    <message>
      <source>whole image / pixel for pixel</source>
      <translation>ganzes Bild / Pixel für Pixel</translation>
    </message>
    <message>
      <source>Arrows</source>
      <translation>Pfeile</translation>
    </message>
    <message>
      <source>Shift + arrows</source>
      <translation>Umschalt + Pfeile</translation>
    </message>
    <message>
      <source>window</source>
      <translation>Fenster</translation>
    </message>
    <message>
      <source>Arrows, Enter</source>
      <translation>Pfeile, Eingabe</translation>
    </message>
    <message>
      <source>measuring: cursor, set a point</source>
      <translation>Messen: Zeiger, Punkt setzen</translation>
    </message>
    <message>
      <source>the file's window or VOI LUT</source>
      <translation>Fenster oder VOI-LUT der Datei</translation>
    </message>
    <message>
      <source>full range of values</source>
      <translation>ganzer Wertebereich</translation>
    </message>
    <message>
      <source>the file's other choices</source>
      <translation>weitere Angaben der Datei</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Tasten</translation>
    </message>
    <message>
      <source>On the image</source>
      <translation>Auf dem Bild</translation>
    </message>
  </context>
  <context>
    <name>LinePlot</name>
    <message>
      <source>none</source>
      <translation>keiner</translation>
    </message>
    <message>
      <source>{}, the last value is {}</source>
      <translation>{}, der letzte Wert ist {}</translation>
    </message>
    <message>
      <source>Nothing counted yet</source>
      <translation>Noch nichts gezählt</translation>
    </message>
  </context>
  <context>
    <name>MainWindow</name>
    <message>
      <source>Chest X-ray triage - research use only, not a medical device</source>
      <translation>Thorax-Röntgen-Triage - nur für die Forschung, kein Medizinprodukt</translation>
    </message>
    <message>
      <source>Studies</source>
      <translation>Studien</translation>
    </message>
    <message>
      <source>Research use only - not a medical device</source>
      <translation>Nur für die Forschung - kein Medizinprodukt</translation>
    </message>
    <message>
      <source>Model {}   Operating point: {}</source>
      <translation>Modell {}   Arbeitspunkt: {}</translation>
    </message>
    <message>
      <source>No model: studies are listed and shown, not scored</source>
      <translation>Kein Modell: Studien werden gelistet und gezeigt, nicht bewertet</translation>
    </message>
    <message>
      <source>Open files</source>
      <translation>Dateien öffnen</translation>
    </message>
    <message>
      <source>Open folder</source>
      <translation>Ordner öffnen</translation>
    </message>
    <message>
      <source>The first results are on their way.</source>
      <translation>Die ersten Ergebnisse sind unterwegs.</translation>
    </message>
    <message>
      <source>This study holds no image.</source>
      <translation>Diese Studie enthält kein Bild.</translation>
    </message>
    <message>
      <source>No study is found here.</source>
      <translation>Hier findet sich keine Studie.</translation>
    </message>
    <message>
      <source>Open files (Ctrl+O) or a folder (Ctrl+Shift+O) of DICOM images,
or drop them here.</source>
      <translation>Dateien (Strg+O) oder einen Ordner (Strg+Umschalt+O) mit DICOM-Bildern öffnen
oder hierher ziehen.</translation>
    </message>
  </context>
  <context>
    <name>Marking</name>
    <message>
      <source>The status was changed by {} since; it is left as it is.</source>
      <translation>Der Status wurde inzwischen von {} geändert; er bleibt, wie er ist.</translation>
    </message>
    <message>
      <source>{} has this study in progress since {}.</source>
      <translation>{} hat diese Studie seit {} in Arbeit.</translation>
    </message>
    <message>
      <source>The study is no longer in the worklist.</source>
      <translation>Die Studie ist nicht mehr in der Arbeitsliste.</translation>
    </message>
  </context>
  <context>
    <name>Marks</name>
    <message>
      <source>RESEARCH USE ONLY</source>
      <translation>NUR FÜR DIE FORSCHUNG</translation>
    </message>
    <message>
      <source>Lossy compressed</source>
      <translation>Verlustbehaftet komprimiert</translation>
    </message>
    <message>
      <source>born {}</source>
      <translation>geb. {}</translation>
    </message>
    <message>
      <source>Name not given</source>
      <translation>Name nicht angegeben</translation>
    </message>
    <message>
      <source>ID {}</source>
      <translation>ID {}</translation>
    </message>
    <message>
      <source>ID not given</source>
      <translation>ID nicht angegeben</translation>
    </message>
    <message>
      <source>Date not given</source>
      <translation>Datum nicht angegeben</translation>
    </message>
    <message>
      <source>Laterality {}</source>
      <translation>Seite {}</translation>
    </message>
    <message>
      <source>Inverted</source>
      <translation>Invertiert</translation>
    </message>
    <message>
      <source>Zoom {} %</source>
      <translation>Zoom {} %</translation>
    </message>
    <message>
      <source>FLIPPED - mirror image</source>
      <translation>GESPIEGELT - Spiegelbild</translation>
    </message>
    <message>
      <source>Turned {}°</source>
      <translation>Gedreht {}°</translation>
    </message>
  </context>
  <context>
    <name>Measurement</name>
    <message>
      <source>{}°</source>
      <translation>{}°</translation>
    </message>
    <message>
      <source>{} px</source>
      <translation>{} px</translation>
    </message>
    <message>
      <source>{} mm</source>
      <translation>{} mm</translation>
    </message>
    <message>
      <source>{} mm, calibrated</source>
      <translation>{} mm, kalibriert</translation>
    </message>
    <message>
      <source>{} mm at detector</source>
      <translation>{} mm am Detektor</translation>
    </message>
    <message>
      <source>{} mm on the film</source>
      <translation>{} mm auf dem Film</translation>
    </message>
    <message>
      <source>{} mm, plane not stated</source>
      <translation>{} mm, Ebene nicht angegeben</translation>
    </message>
  </context>
  <context>
    <name>MessageBar</name>
    <message>
      <source>Message</source>
      <translation>Meldung</translation>
    </message>
    <message>
      <source>Dismiss</source>
      <translation>Ausblenden</translation>
    </message>
    <message>
      <source>Dismiss messages</source>
      <translation>Meldungen ausblenden</translation>
    </message>
    <message>
      <source>All {} …</source>
      <translation>Alle {} …</translation>
    </message>
    <message>
      <source>In full …</source>
      <translation>Ganz lesen …</translation>
    </message>
    <message>
      <source>Messages</source>
      <translation>Meldungen</translation>
    </message>
  </context>
  <context>
    <name>ModelCard</name>
    <message>
      <source>How often it is right and wrong</source>
      <translation>Wie oft es richtig und falsch liegt</translation>
    </message>
    <message>
      <source>What it does not know</source>
      <translation>Was es nicht weiß</translation>
    </message>
    <message>
      <source>Which images it reads</source>
      <translation>Welche Bilder es liest</translation>
    </message>
    <message>
      <source>Modalities: {}</source>
      <translation>Modalitäten: {}</translation>
    </message>
    <message>
      <source>Body parts: {}</source>
      <translation>Körperteile: {}</translation>
    </message>
    <message>
      <source>Views: {}</source>
      <translation>Projektionen: {}</translation>
    </message>
    <message>
      <source>At least {} x {} pixels</source>
      <translation>Mindestens {} x {} Pixel</translation>
    </message>
    <message>
      <source>Each image is resized to {} x {} pixels</source>
      <translation>Jedes Bild wird auf {} x {} Pixel gebracht</translation>
    </message>
    <message>
      <source>Calibration</source>
      <translation>Kalibrierung</translation>
    </message>
    <message>
      <source>Tests</source>
      <translation>Prüfungen</translation>
    </message>
    <message>
      <source>Data</source>
      <translation>Daten</translation>
    </message>
    <message>
      <source>{}, for {}: {} images of {} patients, {}</source>
      <translation>{}, für {}: {} Bilder von {} Patienten, {}</translation>
    </message>
    <message>
      <source>Identity</source>
      <translation>Identität</translation>
    </message>
    <message>
      <source>Made {}</source>
      <translation>Erstellt {}</translation>
    </message>
    <message>
      <source>Device UID {}</source>
      <translation>Geräte-UID {}</translation>
    </message>
    <message>
      <source>Run {}</source>
      <translation>Lauf {}</translation>
    </message>
    <message>
      <source>SHA-256 {}</source>
      <translation>SHA-256 {}</translation>
    </message>
    <message>
      <source>{}: used from {} to below {} years, trained on {} to {} years</source>
      <translation>{}: verwendet von {} bis unter {} Jahren, trainiert an {} bis {} Jahren</translation>
    </message>
    <message>
      <source>Unknown age: read as {}</source>
      <translation>Alter unbekannt: gelesen als {}</translation>
    </message>
    <message>
      <source>Whom it reads apart</source>
      <translation>Wen es gesondert liest</translation>
    </message>
    <message>
      <source>None: the score orders images, and is no frequency of disease.</source>
      <translation>Keine: Der Score ordnet Bilder und ist keine Häufigkeit der Erkrankung.</translation>
    </message>
    <message>
      <source>Operating point {}, flagged from {}: of 100 images with {} it misses about {}, of 100 without it flags about {}. Sensitivity {}, specificity {}, on {} (n = {}).</source>
      <translation>Arbeitspunkt {}, markiert ab {}: Von 100 Bildern mit {} übersieht es etwa {}, von 100 ohne markiert es etwa {}. Sensitivität {}, Spezifität {}, an {} (n = {}).</translation>
    </message>
  </context>
  <context>
    <name>ModelCardPage</name>
    <message>
      <source>About the model</source>
      <translation>Über das Modell</translation>
    </message>
    <message>
      <source>Model card</source>
      <translation>Modellkarte</translation>
    </message>
  </context>
  <context>
    <name>ModelInputDialog</name>
    <message>
      <source>What the model saw</source>
      <translation>Was das Modell sah</translation>
    </message>
    <message>
      <source>Input of the model</source>
      <translation>Eingabe des Modells</translation>
    </message>
    <message>
      <source>Heatmap of the model, cell by cell</source>
      <translation>Heatmap des Modells, Zelle für Zelle</translation>
    </message>
    <message>
      <source>Loading …</source>
      <translation>Wird geladen …</translation>
    </message>
    <message>
      <source>{} x {} pixels, resized by an antialiased {} filter.</source>
      <translation>{} x {} Pixel, mit einem geglätteten {}-Filter verkleinert.</translation>
    </message>
    <message>
      <source>The whole image is stretched to this shape; its proportions are not kept.</source>
      <translation>Das ganze Bild wird auf diese Form gestreckt; seine Proportionen bleiben nicht erhalten.</translation>
    </message>
    <message>
      <source>Not scored: {}</source>
      <translation>Nicht bewertet: {}</translation>
    </message>
    <message>
      <source>This is what the model would have been given.</source>
      <translation>Dies hätte das Modell bekommen.</translation>
    </message>
    <message>
      <source>Its heatmap has {} x {} cells; more detail than that it cannot show.</source>
      <translation>Seine Heatmap hat {} x {} Zellen; feiner kann sie nichts zeigen.</translation>
    </message>
  </context>
  <context>
    <name>NetworkDialog</name>
    <message>
      <source>Network</source>
      <translation>Netz</translation>
    </message>
    <message>
      <source>Receive studies while the window is open</source>
      <translation>Studien empfangen, solange das Fenster offen ist</translation>
    </message>
    <message>
      <source>127.0.0.1 is this machine only; 0.0.0.0 is the network</source>
      <translation>127.0.0.1 ist nur dieser Rechner; 0.0.0.0 ist das Netz</translation>
    </message>
    <message>
      <source>Other systems</source>
      <translation>Andere Systeme</translation>
    </message>
    <message>
      <source>Add</source>
      <translation>Hinzufügen</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Entfernen</translation>
    </message>
    <message>
      <source>Test</source>
      <translation>Prüfen</translation>
    </message>
    <message>
      <source>A token can be kept only beside a settings file; there is none.</source>
      <translation>Ein Token kann nur neben einer Einstellungsdatei liegen; es gibt keine.</translation>
    </message>
    <message>
      <source>{}: this name is taken; choose another.</source>
      <translation>{}: Dieser Name ist vergeben; wählen Sie einen anderen.</translation>
    </message>
    <message>
      <source>new</source>
      <translation>neu</translation>
    </message>
    <message>
      <source>{} is asked …</source>
      <translation>{} wird gefragt …</translation>
    </message>
    <message>
      <source>{} answers: {}</source>
      <translation>{} antwortet: {}</translation>
    </message>
    <message>
      <source>Reception</source>
      <translation>Empfang</translation>
    </message>
    <message>
      <source>AE title</source>
      <translation>AE-Titel</translation>
    </message>
    <message>
      <source>Listens on</source>
      <translation>Lauscht auf</translation>
    </message>
    <message>
      <source>Port</source>
      <translation>Port</translation>
    </message>
  </context>
  <context>
    <name>Pane</name>
    <message>
      <source>Loading …</source>
      <translation>Wird geladen …</translation>
    </message>
    <message>
      <source>This image cannot be shown.

{}</source>
      <translation>Dieses Bild kann nicht gezeigt werden.

{}</translation>
    </message>
    <message>
      <source>Image {} of {}</source>
      <translation>Bild {} von {}</translation>
    </message>
    <message>
      <source>Frame {} of {}</source>
      <translation>Einzelbild {} von {}</translation>
    </message>
    <message>
      <source>No heatmap: score below operating point</source>
      <translation>Keine Heatmap: Score unter dem Arbeitspunkt</translation>
    </message>
    <message>
      <source>MOST HEAT OUTSIDE THE CHEST - do not trust</source>
      <translation>MEISTE WÄRME AUSSERHALB DES THORAX - nicht vertrauen</translation>
    </message>
    <message>
      <source>Life size at detector</source>
      <translation>Lebensgröße am Detektor</translation>
    </message>
    <message>
      <source>Life size</source>
      <translation>Lebensgröße</translation>
    </message>
    <message>
      <source>padding</source>
      <translation>Auffüllung</translation>
    </message>
    <message>
      <source>x {}  y {}  value {}</source>
      <translation>x {}  y {}  Wert {}</translation>
    </message>
  </context>
  <context>
    <name>PeerForm</name>
    <message>
      <source>Encrypt, and check the certificate</source>
      <translation>Verschlüsseln und das Zertifikat prüfen</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>AE title</source>
      <translation>AE-Titel</translation>
    </message>
    <message>
      <source>Host</source>
      <translation>Rechner</translation>
    </message>
    <message>
      <source>Port</source>
      <translation>Port</translation>
    </message>
    <message>
      <source>DICOMweb URL</source>
      <translation>DICOMweb-URL</translation>
    </message>
    <message>
      <source>Token of DICOMweb</source>
      <translation>Token für DICOMweb</translation>
    </message>
    <message>
      <source>TLS</source>
      <translation>TLS</translation>
    </message>
    <message>
      <source>Authorities (PEM)</source>
      <translation>Zertifizierungsstellen (PEM)</translation>
    </message>
    <message>
      <source>Our certificate (PEM)</source>
      <translation>Unser Zertifikat (PEM)</translation>
    </message>
    <message>
      <source>Our key (PEM)</source>
      <translation>Unser Schlüssel (PEM)</translation>
    </message>
    <message>
      <source>kept as it is</source>
      <translation>bleibt, wie es ist</translation>
    </message>
    <message>
      <source>none; kept in a file of its own</source>
      <translation>keines; steht in einer eigenen Datei</translation>
    </message>
    <message>
      <source>Choose a file</source>
      <translation>Datei wählen</translation>
    </message>
  </context>
  <context>
    <name>Prior</name>
    <message>
      <source>the same day</source>
      <translation>am selben Tag</translation>
    </message>
    <message>
      <source>{} d before</source>
      <translation>{} T zuvor</translation>
    </message>
    <message>
      <source>{} months before</source>
      <translation>{} Monate zuvor</translation>
    </message>
    <message>
      <source>{} years before</source>
      <translation>{} Jahre zuvor</translation>
    </message>
    <message>
      <source>PRIOR of {}</source>
      <translation>VORAUFNAHME vom {}</translation>
    </message>
    <message>
      <source>PRIOR</source>
      <translation>VORAUFNAHME</translation>
    </message>
    <message>
      <source>Prior {} of {}</source>
      <translation>Voraufnahme {} von {}</translation>
    </message>
    <message>
      <source>{} then, {} now</source>
      <translation>damals {}, jetzt {}</translation>
    </message>
    <message>
      <source>Score {} then ({}), {} now ({})</source>
      <translation>Score damals {} ({}), jetzt {} ({})</translation>
    </message>
    <message>
      <source>The patient's name differs; check the identity.</source>
      <translation>Der Name des Patienten weicht ab; Identität prüfen.</translation>
    </message>
    <message>
      <source>The patient's sex differs; check the identity.</source>
      <translation>Das Geschlecht weicht ab; Identität prüfen.</translation>
    </message>
    <message>
      <source>A birth date is missing; the same patient by ID only.</source>
      <translation>Ein Geburtsdatum fehlt; derselbe Patient nur nach der ID.</translation>
    </message>
    <message>
      <source>The models differ: the prior was scored by {} ({}) and not by {}; the scores cannot be compared.</source>
      <translation>Die Modelle unterscheiden sich: Die Voraufnahme wurde von {} ({}) und nicht von {} bewertet; die Scores sind nicht vergleichbar.</translation>
    </message>
    <message>
      <source>The prior was not processed.</source>
      <translation>Die Voraufnahme wurde nicht verarbeitet.</translation>
    </message>
    <message>
      <source>The prior has no result by this model.</source>
      <translation>Die Voraufnahme hat kein Ergebnis dieses Modells.</translation>
    </message>
    <message>
      <source>Read as {} then and as {} now, by different parts of the model; the scores cannot be compared.</source>
      <translation>Damals als {} und jetzt als {} gelesen, von verschiedenen Teilen des Modells; die Scores sind nicht vergleichbar.</translation>
    </message>
    <message>
      <source>all ages</source>
      <translation>alle Altersgruppen</translation>
    </message>
    <message>
      <source>Flagged at different operating points: {} then, {} now.</source>
      <translation>An verschiedenen Arbeitspunkten markiert: damals {}, jetzt {}.</translation>
    </message>
  </context>
  <context>
    <name>ProgressLine</name>
    <message>
      <source>Scoring</source>
      <translation>Auswertung</translation>
    </message>
    <message>
      <source>{} of {} files</source>
      <translation>{} von {} Dateien</translation>
    </message>
    <message>
      <source>{}/s</source>
      <translation>{}/s</translation>
    </message>
    <message>
      <source>{} failed</source>
      <translation>{} fehlgeschlagen</translation>
    </message>
  </context>
  <context>
    <name>Reasons</name>
    <message>
      <source>finding missed</source>
      <translation>Befund übersehen</translation>
    </message>
    <message>
      <source>no finding there</source>
      <translation>dort kein Befund</translation>
    </message>
    <message>
      <source>other finding</source>
      <translation>anderer Befund</translation>
    </message>
    <message>
      <source>artefact or device</source>
      <translation>Artefakt oder Fremdmaterial</translation>
    </message>
    <message>
      <source>poor image</source>
      <translation>schlechtes Bild</translation>
    </message>
  </context>
  <context>
    <name>ReceptionLight</name>
    <message>
      <source>Not receiving</source>
      <translation>Kein Empfang</translation>
    </message>
    <message>
      <source>Reception starts …</source>
      <translation>Empfang beginnt …</translation>
    </message>
    <message>
      <source>Reception ends …</source>
      <translation>Empfang endet …</translation>
    </message>
    <message>
      <source>Cannot receive</source>
      <translation>Empfang nicht möglich</translation>
    </message>
    <message>
      <source>Receiving as {}, port {}</source>
      <translation>Empfängt als {}, Port {}</translation>
    </message>
    <message>
      <source>{:,} instances</source>
      <translation>{:,} Instanzen</translation>
    </message>
    <message>
      <source>{:,} instances received, {:,} refused</source>
      <translation>{:,} Instanzen empfangen, {:,} abgelehnt</translation>
    </message>
    <message>
      <source>{:,} results sent, {:,} given up</source>
      <translation>{:,} Ergebnisse gesendet, {:,} aufgegeben</translation>
    </message>
  </context>
  <context>
    <name>ResultPage</name>
    <message>
      <source>Result of a chest X-ray triage</source>
      <translation>Ergebnis einer Thorax-Röntgen-Triage</translation>
    </message>
    <message>
      <source>Patient</source>
      <translation>Patient</translation>
    </message>
    <message>
      <source>ID</source>
      <translation>ID</translation>
    </message>
    <message>
      <source>Age/sex</source>
      <translation>Alter/Geschl.</translation>
    </message>
    <message>
      <source>Study date</source>
      <translation>Studiendatum</translation>
    </message>
    <message>
      <source>Description</source>
      <translation>Beschreibung</translation>
    </message>
    <message>
      <source>Accession</source>
      <translation>Auftragsnr.</translation>
    </message>
    <message>
      <source>Status</source>
      <translation>Status</translation>
    </message>
    <message>
      <source>AI result</source>
      <translation>KI-Ergebnis</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>Score</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modell</translation>
    </message>
    <message>
      <source>{}, flagged from {}</source>
      <translation>{}, markiert ab {}</translation>
    </message>
    <message>
      <source>Operating point</source>
      <translation>Arbeitspunkt</translation>
    </message>
    <message>
      <source>Reader's verdict</source>
      <translation>Urteil des Befunders</translation>
    </message>
    <message>
      <source>Written {}.</source>
      <translation>Geschrieben {}.</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>View</source>
      <translation>Projektion</translation>
    </message>
    <message>
      <source>Result</source>
      <translation>Ergebnis</translation>
    </message>
    <message>
      <source>Remarks</source>
      <translation>Bemerkungen</translation>
    </message>
    <message>
      <source>Research use only - not a medical device. A study that is not flagged may still hold a finding; this page replaces no reading by a radiologist.</source>
      <translation>Nur für die Forschung - kein Medizinprodukt. Auch eine nicht markierte Studie kann einen Befund enthalten; diese Seite ersetzt keine Befundung durch einen Radiologen.</translation>
    </message>
  </context>
  <context>
    <name>ResultPanel</name>
    <message>
      <source>Result</source>
      <translation>Ergebnis</translation>
    </message>
    <message>
      <source>No study chosen</source>
      <translation>Keine Studie gewählt</translation>
    </message>
    <message>
      <source>No model, no result.</source>
      <translation>Kein Modell, kein Ergebnis.</translation>
    </message>
    <message>
      <source>Probability of {}</source>
      <translation>Wahrscheinlichkeit für {}</translation>
    </message>
    <message>
      <source>{}, the highest of {} images</source>
      <translation>{}, die höchste von {} Bildern</translation>
    </message>
    <message>
      <source>Operating point {}: sensitivity {}, specificity {} ({}, n = {})</source>
      <translation>Arbeitspunkt {}: Sensitivität {}, Spezifität {} ({}, n = {})</translation>
    </message>
    <message>
      <source>Not scored: {}</source>
      <translation>Nicht bewertet: {}</translation>
    </message>
    <message>
      <source>Model {}</source>
      <translation>Modell {}</translation>
    </message>
    <message>
      <source>Read as {}, by the patient's age of {}</source>
      <translation>Gelesen als {}, nach dem Alter von {}</translation>
    </message>
    <message>
      <source>Read as {}: the age is not stated</source>
      <translation>Gelesen als {}: das Alter ist nicht angegeben</translation>
    </message>
    <message>
      <source>Calibration: {}</source>
      <translation>Kalibrierung: {}</translation>
    </message>
    <message>
      <source>Not calibrated: the score orders images, it is no frequency of disease.</source>
      <translation>Nicht kalibriert: Der Score ordnet Bilder, er ist keine Häufigkeit der Erkrankung.</translation>
    </message>
    <message>
      <source>Bracket: scores and frequency differed by {} on average in {}</source>
      <translation>Klammer: Score und Häufigkeit wichen im Mittel um {} voneinander ab in {}</translation>
    </message>
    <message>
      <source>This image drives the result of the study.</source>
      <translation>Dieses Bild bestimmt das Ergebnis der Studie.</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>Score</translation>
    </message>
    <message>
      <source>Remarks</source>
      <translation>Bemerkungen</translation>
    </message>
    <message>
      <source>Images of the study</source>
      <translation>Bilder der Studie</translation>
    </message>
  </context>
  <context>
    <name>ResultPrintDialog</name>
    <message>
      <source>Print the result</source>
      <translation>Ergebnis drucken</translation>
    </message>
  </context>
  <context>
    <name>RuleList</name>
    <message>
      <source>Done by itself</source>
      <translation>Geschieht von selbst</translation>
    </message>
    <message>
      <source>What</source>
      <translation>Was</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>Other system</source>
      <translation>Anderes System</translation>
    </message>
    <message>
      <source>How</source>
      <translation>Wie</translation>
    </message>
    <message>
      <source>Rules and destinations</source>
      <translation>Regeln und Ziele</translation>
    </message>
    <message>
      <source>There is no settings file; what is changed holds for this session.</source>
      <translation>Es gibt keine Einstellungsdatei; Änderungen gelten für diese Sitzung.</translation>
    </message>
    <message>
      <source>Open the settings file</source>
      <translation>Einstellungsdatei öffnen</translation>
    </message>
    <message>
      <source>Fetch studies</source>
      <translation>Studien holen</translation>
    </message>
    <message>
      <source>Ask a modality worklist</source>
      <translation>Modalitäten-Arbeitsliste abfragen</translation>
    </message>
    <message>
      <source>Send results</source>
      <translation>Ergebnisse senden</translation>
    </message>
    <message>
      <source>when asked</source>
      <translation>auf Anforderung</translation>
    </message>
    <message>
      <source>nothing</source>
      <translation>nichts</translation>
    </message>
    <message>
      <source>every {} s</source>
      <translation>alle {} s</translation>
    </message>
  </context>
  <context>
    <name>ScoreScale</name>
    <message>
      <source>Score {}</source>
      <translation>Score {}</translation>
    </message>
    <message>
      <source>none</source>
      <translation>keiner</translation>
    </message>
    <message>
      <source>flagged from {}</source>
      <translation>markiert ab {}</translation>
    </message>
  </context>
  <context>
    <name>SearchDialog</name>
    <message>
      <source>Search archives</source>
      <translation>Archive durchsuchen</translation>
    </message>
    <message>
      <source>such as DOE*</source>
      <translation>etwa DOE*</translation>
    </message>
    <message>
      <source>today, yesterday, 2026-03-01, 2026-03-01..2026-03-07</source>
      <translation>today, yesterday, 2026-03-01, 2026-03-01..2026-03-07</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Suchen</translation>
    </message>
    <message>
      <source>Fetch chosen studies</source>
      <translation>Gewählte Studien holen</translation>
    </message>
    <message>
      <source>Stop</source>
      <translation>Anhalten</translation>
    </message>
    <message>
      <source>The settings name no other system; add one under File, Network.</source>
      <translation>Die Einstellungen nennen kein anderes System; fügen Sie eines unter Datei, Netz hinzu.</translation>
    </message>
    <message>
      <source>{} is asked …</source>
      <translation>{} wird gefragt …</translation>
    </message>
    <message>
      <source>{:,} studies found</source>
      <translation>{:,} Studien gefunden</translation>
    </message>
    <message>
      <source>{:,} studies are fetched …</source>
      <translation>{:,} Studien werden geholt …</translation>
    </message>
    <message>
      <source>waits</source>
      <translation>wartet</translation>
    </message>
    <message>
      <source>{:,} images</source>
      <translation>{:,} Bilder</translation>
    </message>
    <message>
      <source>{:,} images, {:,} left out or failed</source>
      <translation>{:,} Bilder, {:,} ausgelassen oder misslungen</translation>
    </message>
    <message>
      <source>All chosen studies have come.</source>
      <translation>Alle gewählten Studien sind da.</translation>
    </message>
    <message>
      <source>It stops …</source>
      <translation>Es wird angehalten …</translation>
    </message>
    <message>
      <source>The search was given up.</source>
      <translation>Die Suche wurde aufgegeben.</translation>
    </message>
    <message>
      <source>C-FIND and C-GET</source>
      <translation>C-FIND und C-GET</translation>
    </message>
    <message>
      <source>C-FIND and C-MOVE</source>
      <translation>C-FIND und C-MOVE</translation>
    </message>
    <message>
      <source>DICOMweb</source>
      <translation>DICOMweb</translation>
    </message>
    <message>
      <source>Archive</source>
      <translation>Archiv</translation>
    </message>
    <message>
      <source>Patient's name</source>
      <translation>Name des Patienten</translation>
    </message>
    <message>
      <source>Patient ID</source>
      <translation>Patienten-ID</translation>
    </message>
    <message>
      <source>Accession number</source>
      <translation>Auftragsnummer</translation>
    </message>
    <message>
      <source>Date</source>
      <translation>Datum</translation>
    </message>
    <message>
      <source>Modalities</source>
      <translation>Modalitäten</translation>
    </message>
    <message>
      <source>Way of asking</source>
      <translation>Weg der Anfrage</translation>
    </message>
    <message>
      <source>Studies found</source>
      <translation>Gefundene Studien</translation>
    </message>
  </context>
  <context>
    <name>SearchResults</name>
    <message>
      <source>Date</source>
      <translation>Datum</translation>
    </message>
    <message>
      <source>Modality</source>
      <translation>Modalität</translation>
    </message>
    <message>
      <source>Patient</source>
      <translation>Patient</translation>
    </message>
    <message>
      <source>Patient ID</source>
      <translation>Patienten-ID</translation>
    </message>
    <message>
      <source>Accession</source>
      <translation>Auftrag</translation>
    </message>
    <message>
      <source>Description</source>
      <translation>Beschreibung</translation>
    </message>
    <message>
      <source>Images</source>
      <translation>Bilder</translation>
    </message>
    <message>
      <source>State</source>
      <translation>Stand</translation>
    </message>
  </context>
  <context>
    <name>SendingDialog</name>
    <message>
      <source>What is being sent</source>
      <translation>Was gesendet wird</translation>
    </message>
    <message>
      <source>Destination</source>
      <translation>Ziel</translation>
    </message>
    <message>
      <source>State</source>
      <translation>Stand</translation>
    </message>
    <message>
      <source>Attempts</source>
      <translation>Versuche</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Grund</translation>
    </message>
    <message>
      <source>SOP Instance UID</source>
      <translation>SOP Instance UID</translation>
    </message>
    <message>
      <source>Deliveries</source>
      <translation>Sendungen</translation>
    </message>
    <message>
      <source>Send again what was given up</source>
      <translation>Aufgegebenes erneut senden</translation>
    </message>
    <message>
      <source>Look again</source>
      <translation>Neu lesen</translation>
    </message>
    <message>
      <source>{:,} wait or are under way, {:,} were given up</source>
      <translation>{:,} warten oder sind unterwegs, {:,} wurden aufgegeben</translation>
    </message>
    <message>
      <source>waits</source>
      <translation>wartet</translation>
    </message>
    <message>
      <source>is being sent</source>
      <translation>wird gesendet</translation>
    </message>
    <message>
      <source>stored, not yet committed to</source>
      <translation>gespeichert, noch nicht zugesichert</translation>
    </message>
    <message>
      <source>delivered</source>
      <translation>zugestellt</translation>
    </message>
    <message>
      <source>given up</source>
      <translation>aufgegeben</translation>
    </message>
  </context>
  <context>
    <name>SettingsDialog</name>
    <message>
      <source>Settings</source>
      <translation>Einstellungen</translation>
    </message>
    <message>
      <source>the name of the operating system's user</source>
      <translation>der Name des Benutzers im Betriebssystem</translation>
    </message>
    <message>
      <source>Reader aid: flag, score and heatmap</source>
      <translation>Befundungshilfe: Markierung, Score und Heatmap</translation>
    </message>
    <message>
      <source>Triage only: flag, no score, no heatmap</source>
      <translation>Nur Triage: Markierung, kein Score, keine Heatmap</translation>
    </message>
    <message>
      <source>Readers may not change it</source>
      <translation>Befunder dürfen das nicht ändern</translation>
    </message>
    <message>
      <source>Unread studies rise after</source>
      <translation>Ungelesene Studien steigen nach</translation>
    </message>
    <message>
      <source> min</source>
      <translation> min</translation>
    </message>
    <message>
      <source>Maximum wait in minutes</source>
      <translation>Längste Wartezeit in Minuten</translation>
    </message>
    <message>
      <source>New studies enter the list while nobody's hand is on it</source>
      <translation>Neue Studien kommen in die Liste, solange keine Hand darauf liegt</translation>
    </message>
    <message>
      <source>Window</source>
      <translation>Fenster</translation>
    </message>
    <message>
      <source>Zoom</source>
      <translation>Zoom</translation>
    </message>
    <message>
      <source>Pan</source>
      <translation>Verschieben</translation>
    </message>
    <message>
      <source>Scroll</source>
      <translation>Blättern</translation>
    </message>
    <message>
      <source>Zoom; with Ctrl scroll</source>
      <translation>Zoom; mit Strg blättern</translation>
    </message>
    <message>
      <source>Scroll; with Ctrl zoom</source>
      <translation>Blättern; mit Strg Zoom</translation>
    </message>
    <message>
      <source>Reception, other systems, rules, destinations …</source>
      <translation>Empfang, andere Systeme, Regeln, Ziele …</translation>
    </message>
    <message>
      <source>Add a model</source>
      <translation>Modell hinzufügen</translation>
    </message>
    <message>
      <source>Watch a folder</source>
      <translation>Ordner überwachen</translation>
    </message>
    <message>
      <source>Reader</source>
      <translation>Befunder</translation>
    </message>
    <message>
      <source>Language (from the next start on)</source>
      <translation>Sprache (ab dem nächsten Start)</translation>
    </message>
    <message>
      <source>Reading mode</source>
      <translation>Befundungsmodus</translation>
    </message>
    <message>
      <source>Longest wait</source>
      <translation>Längste Wartezeit</translation>
    </message>
    <message>
      <source>Stand first, in this order</source>
      <translation>Stehen zuerst, in dieser Folge</translation>
    </message>
    <message>
      <source>Arrivals</source>
      <translation>Eingänge</translation>
    </message>
    <message>
      <source>Dragging with the right button</source>
      <translation>Ziehen mit der rechten Taste</translation>
    </message>
    <message>
      <source>Dragging with the middle button</source>
      <translation>Ziehen mit der mittleren Taste</translation>
    </message>
    <message>
      <source>Mouse wheel</source>
      <translation>Mausrad</translation>
    </message>
    <message>
      <source>Reasons of a verdict</source>
      <translation>Gründe eines Urteils</translation>
    </message>
    <message>
      <source>Watched folders</source>
      <translation>Überwachte Ordner</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modell</translation>
    </message>
    <message>
      <source>Seconds until a file is given up</source>
      <translation>Sekunden, bis eine Datei aufgegeben wird</translation>
    </message>
    <message>
      <source>Network</source>
      <translation>Netz</translation>
    </message>
    <message>
      <source>Add …</source>
      <translation>Hinzufügen …</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Entfernen</translation>
    </message>
  </context>
  <context>
    <name>Statistics</name>
    <message>
      <source>Group</source>
      <translation>Gruppe</translation>
    </message>
    <message>
      <source>Studies</source>
      <translation>Studien</translation>
    </message>
    <message>
      <source>Flag rate</source>
      <translation>Markierungsrate</translation>
    </message>
    <message>
      <source>Mean score</source>
      <translation>Mittlerer Score</translation>
    </message>
    <message>
      <source>Agreement</source>
      <translation>Zustimmung</translation>
    </message>
    <message>
      <source>Positive predictive value</source>
      <translation>Positiver Vorhersagewert</translation>
    </message>
    <message>
      <source>Unsure</source>
      <translation>Unsicher</translation>
    </message>
    <message>
      <source>Not processed</source>
      <translation>Nicht verarbeitet</translation>
    </message>
    <message>
      <source>{} of {}</source>
      <translation>{} von {}</translation>
    </message>
  </context>
  <context>
    <name>StatisticsPage</name>
    <message>
      <source>Statistics</source>
      <translation>Statistik</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modell</translation>
    </message>
    <message>
      <source>Scanner</source>
      <translation>Gerät</translation>
    </message>
    <message>
      <source>Flag rate</source>
      <translation>Markierungsrate</translation>
    </message>
    <message>
      <source>Mean score</source>
      <translation>Mittlerer Score</translation>
    </message>
    <message>
      <source>Agreement of readers</source>
      <translation>Zustimmung der Befunder</translation>
    </message>
    <message>
      <source>Positive predictive value, by readers</source>
      <translation>Positiver Vorhersagewert nach Befundern</translation>
    </message>
    <message>
      <source>Figures</source>
      <translation>Zahlen</translation>
    </message>
    <message>
      <source>Agreement and predictive value count results that readers agreed or disagreed with; bands are 95 % intervals. A change of the flag rate or the score may come from other patients as well as from the model.</source>
      <translation>Zustimmung und Vorhersagewert zählen Ergebnisse, denen Befunder zustimmten oder die sie ablehnten; Bänder sind 95-%-Intervalle. Eine Änderung der Markierungsrate oder des Scores kann von anderen Patienten ebenso kommen wie vom Modell.</translation>
    </message>
    <message>
      <source>Save as CSV …</source>
      <translation>Als CSV sichern …</translation>
    </message>
    <message>
      <source>All models</source>
      <translation>Alle Modelle</translation>
    </message>
    <message>
      <source>All scanners</source>
      <translation>Alle Geräte</translation>
    </message>
    <message>
      <source>unknown scanner</source>
      <translation>unbekanntes Gerät</translation>
    </message>
    <message>
      <source>All</source>
      <translation>Alle</translation>
    </message>
    <message>
      <source>By model</source>
      <translation>Nach Modell</translation>
    </message>
    <message>
      <source>By scanner</source>
      <translation>Nach Gerät</translation>
    </message>
    <message>
      <source>By week</source>
      <translation>Nach Woche</translation>
    </message>
    <message>
      <source>Save the figures as CSV</source>
      <translation>Zahlen als CSV sichern</translation>
    </message>
    <message>
      <source>{}: cannot be written ({}).</source>
      <translation>{}: kann nicht geschrieben werden ({}).</translation>
    </message>
  </context>
  <context>
    <name>VerdictBar</name>
    <message>
      <source>The AI result:</source>
      <translation>Das KI-Ergebnis:</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Grund</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>Notiz</translation>
    </message>
    <message>
      <source>no reason</source>
      <translation>kein Grund</translation>
    </message>
  </context>
  <context>
    <name>ViewerPanel</name>
    <message>
      <source>Choose a study in the list.</source>
      <translation>Eine Studie in der Liste wählen.</translation>
    </message>
    <message>
      <source>Radiograph to compare with</source>
      <translation>Röntgenbild zum Vergleich</translation>
    </message>
  </context>
  <context>
    <name>ViewerWindow</name>
    <message>
      <source>Images - research use only, not a medical device</source>
      <translation>Bilder - nur für die Forschung, kein Medizinprodukt</translation>
    </message>
  </context>
  <context>
    <name>Wording</name>
    <message>
      <source>The model was trained on patients of another age.</source>
      <translation>Das Modell wurde an Patienten anderen Alters trainiert.</translation>
    </message>
    <message>
      <source>Age not stated; the model was trained on certain ages only.</source>
      <translation>Alter nicht angegeben; das Modell wurde nur an bestimmten Altersstufen trainiert.</translation>
    </message>
    <message>
      <source>View not stated; read as frontal.</source>
      <translation>Projektion nicht angegeben; als Frontalaufnahme gelesen.</translation>
    </message>
    <message>
      <source>Body part not stated; read as a chest.</source>
      <translation>Körperteil nicht angegeben; als Thorax gelesen.</translation>
    </message>
    <message>
      <source>Most of the heat lies outside the chest: do not trust this heatmap.</source>
      <translation>Die Heatmap liegt überwiegend außerhalb des Thorax: ihr nicht vertrauen.</translation>
    </message>
    <message>
      <source>flagged</source>
      <translation>markiert</translation>
    </message>
    <message>
      <source>not flagged</source>
      <translation>nicht markiert</translation>
    </message>
    <message>
      <source>not processed</source>
      <translation>nicht verarbeitet</translation>
    </message>
    <message>
      <source>waiting</source>
      <translation>wartet</translation>
    </message>
    <message>
      <source>unread</source>
      <translation>ungelesen</translation>
    </message>
    <message>
      <source>in progress</source>
      <translation>in Arbeit</translation>
    </message>
    <message>
      <source>reviewed</source>
      <translation>gesichtet</translation>
    </message>
    <message>
      <source>dictated</source>
      <translation>diktiert</translation>
    </message>
    <message>
      <source>validated</source>
      <translation>validiert</translation>
    </message>
    <message>
      <source>cancelled</source>
      <translation>storniert</translation>
    </message>
    <message>
      <source>not a DICOM file</source>
      <translation>keine DICOM-Datei</translation>
    </message>
    <message>
      <source>holds no image</source>
      <translation>enthält kein Bild</translation>
    </message>
    <message>
      <source>not a radiograph (SOP class)</source>
      <translation>kein Röntgenbild (SOP-Klasse)</translation>
    </message>
    <message>
      <source>other modality</source>
      <translation>andere Modalität</translation>
    </message>
    <message>
      <source>other body part</source>
      <translation>anderes Körperteil</translation>
    </message>
    <message>
      <source>not a frontal view</source>
      <translation>keine Frontalaufnahme</translation>
    </message>
    <message>
      <source>age outside the model's range</source>
      <translation>Alter außerhalb des Bereichs des Modells</translation>
    </message>
    <message>
      <source>age not known</source>
      <translation>Alter nicht bekannt</translation>
    </message>
    <message>
      <source>image too small</source>
      <translation>Bild zu klein</translation>
    </message>
    <message>
      <source>several frames</source>
      <translation>mehrere Einzelbilder</translation>
    </message>
    <message>
      <source>not a grey image</source>
      <translation>kein Graubild</translation>
    </message>
    <message>
      <source>does not look like a chest</source>
      <translation>sieht nicht nach Thorax aus</translation>
    </message>
    <message>
      <source>duplicate</source>
      <translation>Duplikat</translation>
    </message>
    <message>
      <source>unreadable</source>
      <translation>nicht lesbar</translation>
    </message>
    <message>
      <source>file cut short</source>
      <translation>Datei abgeschnitten</translation>
    </message>
    <message>
      <source>cannot be decoded</source>
      <translation>nicht dekodierbar</translation>
    </message>
    <message>
      <source>faulty pixel data</source>
      <translation>fehlerhafte Pixeldaten</translation>
    </message>
    <message>
      <source>the model failed</source>
      <translation>das Modell versagte</translation>
    </message>
    <message>
      <source>too large for memory</source>
      <translation>zu groß für den Speicher</translation>
    </message>
    <message>
      <source>took too long</source>
      <translation>dauerte zu lange</translation>
    </message>
    <message>
      <source>failed</source>
      <translation>fehlgeschlagen</translation>
    </message>
    <message>
      <source>{}, flagged from {}</source>
      <translation>{}, markiert ab {}</translation>
    </message>
    <message>
      <source>{} d</source>
      <translation>{} T</translation>
    </message>
    <message>
      <source>{} m</source>
      <translation>{} Mon</translation>
    </message>
    <message>
      <source>{} y</source>
      <translation>{} J</translation>
    </message>
    <message>
      <source>{} d {} h</source>
      <translation>{} T {} h</translation>
    </message>
    <message>
      <source>{} h {} min</source>
      <translation>{} h {} min</translation>
    </message>
    <message>
      <source>{} min</source>
      <translation>{} min</translation>
    </message>
    <message>
      <source>overdue</source>
      <translation>überfällig</translation>
    </message>
    <message>
      <source>{} (received)</source>
      <translation>{} (eingegangen)</translation>
    </message>
    <message>
      <source>Requested as {} by the worklist of {}: stands before all others. Oldest first; of {}.</source>
      <translation>Angefordert als {} von der Arbeitsliste von {}: steht vor allen anderen. Älteste zuerst; vom {}.</translation>
    </message>
    <message>
      <source>Requested as {}: stands before all others. Oldest first; of {}.</source>
      <translation>Angefordert als {}: steht vor allen anderen. Älteste zuerst; vom {}.</translation>
    </message>
    <message>
      <source>Has waited {}, the limit is {}: stands before all that have not, whatever the result. Oldest first; of {}.</source>
      <translation>Wartet seit {}, die Grenze ist {}: steht vor allen, die kürzer warten, unabhängig vom Ergebnis. Älteste zuerst; vom {}.</translation>
    </message>
    <message>
      <source>Flagged: stands before all others.</source>
      <translation>Markiert: steht vor allen anderen.</translation>
    </message>
    <message>
      <source>An image failed or still waits: stands after the flagged.</source>
      <translation>Ein Bild ist fehlgeschlagen oder wartet noch: steht nach den markierten.</translation>
    </message>
    <message>
      <source>Not flagged: stands after flagged and failed studies.</source>
      <translation>Nicht markiert: steht nach markierten und fehlgeschlagenen Studien.</translation>
    </message>
    <message>
      <source>No image for this model: stands last.</source>
      <translation>Kein Bild für dieses Modell: steht zuletzt.</translation>
    </message>
    <message>
      <source>Oldest first; this one is of {}.</source>
      <translation>Älteste zuerst; diese ist vom {}.</translation>
    </message>
  </context>
  <context>
    <name>Worklist</name>
    <message>
      <source>Priority</source>
      <translation>Priorität</translation>
    </message>
    <message>
      <source>AI result</source>
      <translation>KI-Ergebnis</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>Score</translation>
    </message>
    <message>
      <source>Status</source>
      <translation>Status</translation>
    </message>
    <message>
      <source>Patient</source>
      <translation>Patient</translation>
    </message>
    <message>
      <source>ID</source>
      <translation>ID</translation>
    </message>
    <message>
      <source>Age/sex</source>
      <translation>Alter/Geschl.</translation>
    </message>
    <message>
      <source>Study date</source>
      <translation>Studiendatum</translation>
    </message>
    <message>
      <source>Waiting</source>
      <translation>Wartet</translation>
    </message>
    <message>
      <source>Description</source>
      <translation>Beschreibung</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Grund</translation>
    </message>
    <message>
      <source>Images</source>
      <translation>Bilder</translation>
    </message>
    <message>
      <source>Mod.</source>
      <translation>Mod.</translation>
    </message>
    <message>
      <source>Accession</source>
      <translation>Auftragsnr.</translation>
    </message>
    <message>
      <source>Reader</source>
      <translation>Befunder</translation>
    </message>
    <message>
      <source>Picture</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Other files in {}</source>
      <translation>Andere Dateien in {}</translation>
    </message>
  </context>
  <context>
    <name>WorklistView</name>
    <message>
      <source>Worklist</source>
      <translation>Arbeitsliste</translation>
    </message>
  </context>
</TS>
