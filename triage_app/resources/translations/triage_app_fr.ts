<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
  <context>
    <name>ColourBar</name>
    <message>
      <source>high</source>
      <translation>élevé</translation>
    </message>
    <message>
      <source>low</source>
      <translation>faible</translation>
    </message>
  </context>
  <context>
    <name>Commands</name>
    <message>
      <source>Open files …</source>
      <translation>Ouvrir des fichiers …</translation>
    </message>
    <message>
      <source>Open folder …</source>
      <translation>Ouvrir un dossier …</translation>
    </message>
    <message>
      <source>Cancel scoring</source>
      <translation>Interrompre l’analyse</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>Quitter</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Rechercher</translation>
    </message>
    <message>
      <source>Go to list</source>
      <translation>Aller à la liste</translation>
    </message>
    <message>
      <source>Refresh</source>
      <translation>Actualiser</translation>
    </message>
    <message>
      <source>Next study</source>
      <translation>Examen suivant</translation>
    </message>
    <message>
      <source>Previous study</source>
      <translation>Examen précédent</translation>
    </message>
    <message>
      <source>Mark as reviewed</source>
      <translation>Indiquer comme examiné</translation>
    </message>
    <message>
      <source>Mark as unread</source>
      <translation>Indiquer comme non lu</translation>
    </message>
    <message>
      <source>Full screen</source>
      <translation>Plein écran</translation>
    </message>
    <message>
      <source>Guide</source>
      <translation>Guide</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Touches</translation>
    </message>
    <message>
      <source>File</source>
      <translation>Fichier</translation>
    </message>
    <message>
      <source>List</source>
      <translation>Liste</translation>
    </message>
    <message>
      <source>Reading</source>
      <translation>Lecture</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Image</translation>
    </message>
    <message>
      <source>Compare</source>
      <translation>Comparaison</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modèle</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>Aide</translation>
    </message>
    <message>
      <source>Go to image</source>
      <translation>Aller à l’image</translation>
    </message>
    <message>
      <source>Previous image of the study</source>
      <translation>Image précédente de l’examen</translation>
    </message>
    <message>
      <source>Next image of the study</source>
      <translation>Image suivante de l’examen</translation>
    </message>
    <message>
      <source>Previous frame</source>
      <translation>Vue précédente de la série</translation>
    </message>
    <message>
      <source>Next frame</source>
      <translation>Vue suivante de la série</translation>
    </message>
    <message>
      <source>Play the frames</source>
      <translation>Lire les vues en boucle</translation>
    </message>
    <message>
      <source>Strip of images</source>
      <translation>Bande d’images</translation>
    </message>
    <message>
      <source>Drag sets the window</source>
      <translation>Glisser règle le fenêtrage</translation>
    </message>
    <message>
      <source>Drag zooms</source>
      <translation>Glisser zoome</translation>
    </message>
    <message>
      <source>Drag moves</source>
      <translation>Glisser déplace</translation>
    </message>
    <message>
      <source>Drag goes through the images</source>
      <translation>Glisser parcourt les images</translation>
    </message>
    <message>
      <source>Drag measures a length</source>
      <translation>Glisser mesure une longueur</translation>
    </message>
    <message>
      <source>Drag measures an angle</source>
      <translation>Glisser mesure un angle</translation>
    </message>
    <message>
      <source>Delete the last measurement</source>
      <translation>Supprimer la dernière mesure</translation>
    </message>
    <message>
      <source>Delete all measurements</source>
      <translation>Supprimer toutes les mesures</translation>
    </message>
    <message>
      <source>Magnifier</source>
      <translation>Loupe</translation>
    </message>
    <message>
      <source>Turn right</source>
      <translation>Tourner à droite</translation>
    </message>
    <message>
      <source>Turn left</source>
      <translation>Tourner à gauche</translation>
    </message>
    <message>
      <source>Flip left and right</source>
      <translation>Inverser gauche et droite</translation>
    </message>
    <message>
      <source>Flip upside down</source>
      <translation>Inverser haut et bas</translation>
    </message>
    <message>
      <source>Invert</source>
      <translation>Inverser les gris</translation>
    </message>
    <message>
      <source>Whole image</source>
      <translation>Image entière</translation>
    </message>
    <message>
      <source>Pixel for pixel</source>
      <translation>Pixel pour pixel</translation>
    </message>
    <message>
      <source>Life size</source>
      <translation>Grandeur nature</translation>
    </message>
    <message>
      <source>Zoom in</source>
      <translation>Agrandir</translation>
    </message>
    <message>
      <source>Zoom out</source>
      <translation>Réduire</translation>
    </message>
    <message>
      <source>Reset</source>
      <translation>Réinitialiser</translation>
    </message>
    <message>
      <source>Heatmap</source>
      <translation>Carte de chaleur</translation>
    </message>
    <message>
      <source>Heatmap fainter</source>
      <translation>Carte de chaleur plus faible</translation>
    </message>
    <message>
      <source>Heatmap stronger</source>
      <translation>Carte de chaleur plus forte</translation>
    </message>
    <message>
      <source>Heatmap as outlines</source>
      <translation>Carte de chaleur en contours</translation>
    </message>
    <message>
      <source>Heatmap from a lower threshold</source>
      <translation>Carte de chaleur dès un seuil plus bas</translation>
    </message>
    <message>
      <source>Heatmap from a higher threshold</source>
      <translation>Carte de chaleur dès un seuil plus haut</translation>
    </message>
    <message>
      <source>What the model saw</source>
      <translation>Ce que le modèle a vu</translation>
    </message>
    <message>
      <source>About the model</source>
      <translation>À propos du modèle</translation>
    </message>
    <message>
      <source>Marks</source>
      <translation>Annotations</translation>
    </message>
    <message>
      <source>DICOM header</source>
      <translation>En-tête DICOM</translation>
    </message>
    <message>
      <source>Save as picture …</source>
      <translation>Enregistrer comme image …</translation>
    </message>
    <message>
      <source>Two images of the study</source>
      <translation>Deux images de l’examen</translation>
    </message>
    <message>
      <source>Prior study beside</source>
      <translation>Examen antérieur à côté</translation>
    </message>
    <message>
      <source>Next earlier prior</source>
      <translation>Examen antérieur plus ancien</translation>
    </message>
    <message>
      <source>Go to the other image</source>
      <translation>Aller à l’autre image</translation>
    </message>
    <message>
      <source>Zoom and move together</source>
      <translation>Zoomer et déplacer ensemble</translation>
    </message>
    <message>
      <source>Window together</source>
      <translation>Fenêtrer ensemble</translation>
    </message>
    <message>
      <source>Images in a window of their own</source>
      <translation>Images dans leur propre fenêtre</translation>
    </message>
    <message>
      <source>Search archives …</source>
      <translation>Rechercher dans les archives …</translation>
    </message>
    <message>
      <source>Receive studies</source>
      <translation>Recevoir des examens</translation>
    </message>
    <message>
      <source>What is being sent …</source>
      <translation>Envois en cours …</translation>
    </message>
    <message>
      <source>Network …</source>
      <translation>Réseau …</translation>
    </message>
    <message>
      <source>Next unread study</source>
      <translation>Examen non lu suivant</translation>
    </message>
    <message>
      <source>Previous unread study</source>
      <translation>Examen non lu précédent</translation>
    </message>
    <message>
      <source>Agree</source>
      <translation>D’accord</translation>
    </message>
    <message>
      <source>Unsure</source>
      <translation>Incertain</translation>
    </message>
    <message>
      <source>Disagree</source>
      <translation>Pas d’accord</translation>
    </message>
    <message>
      <source>Write a note</source>
      <translation>Écrire une note</translation>
    </message>
    <message>
      <source>Undo status or verdict</source>
      <translation>Annuler le statut ou l’avis</translation>
    </message>
    <message>
      <source>Mark as in progress</source>
      <translation>Indiquer comme en cours</translation>
    </message>
    <message>
      <source>Mark as dictated</source>
      <translation>Indiquer comme dicté</translation>
    </message>
    <message>
      <source>Mark as validated</source>
      <translation>Indiquer comme validé</translation>
    </message>
    <message>
      <source>Mark as cancelled</source>
      <translation>Indiquer comme annulé</translation>
    </message>
    <message>
      <source>Order of arrival</source>
      <translation>Ordre d’arrivée</translation>
    </message>
    <message>
      <source>Small pictures in the list</source>
      <translation>Petites images dans la liste</translation>
    </message>
    <message>
      <source>Next tab</source>
      <translation>Onglet suivant</translation>
    </message>
    <message>
      <source>Previous tab</source>
      <translation>Onglet précédent</translation>
    </message>
    <message>
      <source>Keep the search as a tab …</source>
      <translation>Garder la recherche comme onglet …</translation>
    </message>
    <message>
      <source>Remove this tab</source>
      <translation>Supprimer cet onglet</translation>
    </message>
    <message>
      <source>Save the list as CSV …</source>
      <translation>Enregistrer la liste en CSV …</translation>
    </message>
    <message>
      <source>Save the result as PDF …</source>
      <translation>Enregistrer le résultat en PDF …</translation>
    </message>
    <message>
      <source>Print the result …</source>
      <translation>Imprimer le résultat …</translation>
    </message>
    <message>
      <source>Statistics</source>
      <translation>Statistiques</translation>
    </message>
    <message>
      <source>Settings …</source>
      <translation>Réglages …</translation>
    </message>
    <message>
      <source>Triage only: no score, no heatmap</source>
      <translation>Triage seul : ni score ni carte de chaleur</translation>
    </message>
    <message>
      <source>Change keys …</source>
      <translation>Changer les touches …</translation>
    </message>
  </context>
  <context>
    <name>Comparing</name>
    <message>
      <source>Loading …</source>
      <translation>Chargement …</translation>
    </message>
    <message>
      <source>This study holds no image.</source>
      <translation>Cet examen ne contient aucune image.</translation>
    </message>
  </context>
  <context>
    <name>Desk</name>
    <message>
      <source>Triage only</source>
      <translation>Triage seul</translation>
    </message>
    <message>
      <source>Reader aid</source>
      <translation>Aide à la lecture</translation>
    </message>
    <message>
      <source>{} (locked)</source>
      <translation>{} (verrouillé)</translation>
    </message>
    <message>
      <source>Flags and order are shown; scores and heatmaps are not.</source>
      <translation>Les signalements et l’ordre sont affichés ; les scores et les cartes de chaleur ne le sont pas.</translation>
    </message>
    <message>
      <source>Flags, scores and heatmaps are shown.</source>
      <translation>Les signalements, les scores et les cartes de chaleur sont affichés.</translation>
    </message>
    <message>
      <source>Save the list as CSV</source>
      <translation>Enregistrer la liste en CSV</translation>
    </message>
    <message>
      <source>{} studies written to {}</source>
      <translation>{} examens écrits dans {}</translation>
    </message>
    <message>
      <source>Save the result as PDF</source>
      <translation>Enregistrer le résultat en PDF</translation>
    </message>
    <message>
      <source>Result written to {}</source>
      <translation>Résultat écrit dans {}</translation>
    </message>
    <message>
      <source>{}: the page could not be written.</source>
      <translation>{} : la page n’a pas pu être écrite.</translation>
    </message>
  </context>
  <context>
    <name>FilterBar</name>
    <message>
      <source>All</source>
      <translation>Tous</translation>
    </message>
    <message>
      <source>Unread</source>
      <translation>Non lus</translation>
    </message>
    <message>
      <source>Flagged</source>
      <translation>Signalés</translation>
    </message>
    <message>
      <source>Not processed</source>
      <translation>Non traités</translation>
    </message>
    <message>
      <source>Today</source>
      <translation>Aujourd’hui</translation>
    </message>
    <message>
      <source>Mine</source>
      <translation>Les miens</translation>
    </message>
    <message>
      <source>Filter</source>
      <translation>Filtre</translation>
    </message>
    <message>
      <source>Name, ID, accession, description</source>
      <translation>Nom, ID, numéro d’accès, description</translation>
    </message>
    <message>
      <source>Search (Ctrl+F); Esc clears</source>
      <translation>Rechercher (Ctrl+F) ; Échap efface</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Rechercher</translation>
    </message>
    <message>
      <source>Let them into the list (F5)</source>
      <translation>Les ajouter à la liste (F5)</translation>
    </message>
    <message>
      <source>{} in: {}</source>
      <translation>{} dans : {}</translation>
    </message>
    <message>
      <source>{} new</source>
      <translation>{} nouveaux</translation>
    </message>
    <message>
      <source>Waiting to enter the list: {}</source>
      <translation>En attente d’entrer dans la liste : {}</translation>
    </message>
  </context>
  <context>
    <name>FilterKeeping</name>
    <message>
      <source>Keep as a tab</source>
      <translation>Garder comme onglet</translation>
    </message>
    <message>
      <source>Name of the tab</source>
      <translation>Nom de l’onglet</translation>
    </message>
  </context>
  <context>
    <name>HeaderBrowser</name>
    <message>
      <source>DICOM header</source>
      <translation>En-tête DICOM</translation>
    </message>
    <message>
      <source>Search tag, name or value</source>
      <translation>Rechercher un tag, un nom ou une valeur</translation>
    </message>
    <message>
      <source>Search in the header</source>
      <translation>Rechercher dans l’en-tête</translation>
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
      <translation>Nom</translation>
    </message>
    <message>
      <source>Value</source>
      <translation>Valeur</translation>
    </message>
    <message>
      <source>Elements of the header</source>
      <translation>Éléments de l’en-tête</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>Copier</translation>
    </message>
    <message>
      <source>{} of {}</source>
      <translation>{} sur {}</translation>
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
      <translation>Guide</translation>
    </message>
    <message>
      <source>Pages</source>
      <translation>Pages</translation>
    </message>
    <message>
      <source>Page</source>
      <translation>Page</translation>
    </message>
    <message>
      <source>All keys</source>
      <translation>Toutes les touches</translation>
    </message>
  </context>
  <context>
    <name>ImageBar</name>
    <message>
      <source>Image tools</source>
      <translation>Outils d’image</translation>
    </message>
    <message>
      <source>More tools</source>
      <translation>Autres outils</translation>
    </message>
    <message>
      <source>Strength of the heatmap ([ and ])</source>
      <translation>Intensité de la carte de chaleur ([ et ])</translation>
    </message>
    <message>
      <source>Strength of the heatmap</source>
      <translation>Intensité de la carte de chaleur</translation>
    </message>
    <message>
      <source>Presets</source>
      <translation>Préréglages</translation>
    </message>
    <message>
      <source>Windows and VOI LUTs (keys 0 to 9)</source>
      <translation>Fenêtres et LUT VOI (touches 0 à 9)</translation>
    </message>
  </context>
  <context>
    <name>ImageStrip</name>
    <message>
      <source>Strip of the study's images</source>
      <translation>Bande des images de l’examen</translation>
    </message>
  </context>
  <context>
    <name>ImageView</name>
    <message>
      <source>Radiograph</source>
      <translation>Radiographie</translation>
    </message>
  </context>
  <context>
    <name>Inspecting</name>
    <message>
      <source>Save as picture - it shows what the marks show, the patient's name too</source>
      <translation>Enregistrer comme image - elle montre ce que montrent les annotations, le nom du patient aussi</translation>
    </message>
    <message>
      <source>PNG pictures (*.png)</source>
      <translation>Images PNG (*.png)</translation>
    </message>
    <message>
      <source>No image is shown.</source>
      <translation>Aucune image n’est affichée.</translation>
    </message>
    <message>
      <source>Loading …</source>
      <translation>Chargement …</translation>
    </message>
  </context>
  <context>
    <name>KeyEditor</name>
    <message>
      <source>Change keys</source>
      <translation>Changer les touches</translation>
    </message>
    <message>
      <source>Command</source>
      <translation>Commande</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Touches</translation>
    </message>
    <message>
      <source>Conflict</source>
      <translation>Conflit</translation>
    </message>
    <message>
      <source>Commands and keys</source>
      <translation>Commandes et touches</translation>
    </message>
    <message>
      <source>New key</source>
      <translation>Nouvelle touche</translation>
    </message>
    <message>
      <source>Add key</source>
      <translation>Ajouter la touche</translation>
    </message>
    <message>
      <source>Use this key alone</source>
      <translation>Cette touche seule</translation>
    </message>
    <message>
      <source>No key</source>
      <translation>Aucune touche</translation>
    </message>
    <message>
      <source>As delivered</source>
      <translation>Comme fourni</translation>
    </message>
    <message>
      <source>Import …</source>
      <translation>Importer …</translation>
    </message>
    <message>
      <source>Export …</source>
      <translation>Exporter …</translation>
    </message>
    <message>
      <source>All as delivered</source>
      <translation>Tout comme fourni</translation>
    </message>
    <message>
      <source>{} commands share a key; give each its own.</source>
      <translation>{} commandes partagent une touche ; donnez à chacune la sienne.</translation>
    </message>
    <message>
      <source>a window of the image</source>
      <translation>une fenêtre de l’image</translation>
    </message>
    <message>
      <source>Import keys</source>
      <translation>Importer les touches</translation>
    </message>
    <message>
      <source>Export keys</source>
      <translation>Exporter les touches</translation>
    </message>
    <message>
      <source>New key:</source>
      <translation>Nouvelle touche :</translation>
    </message>
  </context>
  <context>
    <name>KeySheet</name>
    <message>
      <source>Left drag</source>
      <translation>Glisser à gauche</translation>
    </message>
    <message>
      <source>as the tool says</source>
      <translation>selon l’outil</translation>
    </message>
    <message>
      <source>Right drag</source>
      <translation>Glisser à droite</translation>
    </message>
    <message>
      <source>zoom</source>
      <translation>zoomer</translation>
    </message>
    <message>
      <source>Middle drag</source>
      <translation>Glisser au milieu</translation>
    </message>
    <message>
      <source>move</source>
      <translation>déplacer</translation>
    </message>
    <message>
      <source>Wheel</source>
      <translation>Molette</translation>
    </message>
    <message>
      <source>zoom to the cursor</source>
      <translation>zoomer vers le curseur</translation>
    </message>
    <message>
      <source>Ctrl + wheel</source>
      <translation>Ctrl + molette</translation>
    </message>
    <message>
      <source>frames and images</source>
      <translation>vues et images</translation>
    </message>
    <message>
      <source>Double click</source>
      <translation>Double clic</translation>
    </message>
    <message>
      <source>whole image / pixel for pixel</source>
      <translation>image entière / pixel pour pixel</translation>
    </message>
    <message>
      <source>Arrows</source>
      <translation>Flèches</translation>
    </message>
    <message>
      <source>Shift + arrows</source>
      <translation>Maj + flèches</translation>
    </message>
    <message>
      <source>window</source>
      <translation>fenêtrage</translation>
    </message>
    <message>
      <source>Arrows, Enter</source>
      <translation>Flèches, Entrée</translation>
    </message>
    <message>
      <source>measuring: cursor, set a point</source>
      <translation>mesure : curseur, poser un point</translation>
    </message>
    <message>
      <source>the file's window or VOI LUT</source>
      <translation>fenêtre ou LUT VOI du fichier</translation>
    </message>
    <message>
      <source>full range of values</source>
      <translation>toute l’étendue des valeurs</translation>
    </message>
    <message>
      <source>the file's other choices</source>
      <translation>autres choix du fichier</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Touches</translation>
    </message>
    <message>
      <source>On the image</source>
      <translation>Sur l’image</translation>
    </message>
  </context>
  <context>
    <name>LinePlot</name>
    <message>
      <source>none</source>
      <translation>aucun</translation>
    </message>
    <message>
      <source>{}, the last value is {}</source>
      <translation>{}, la dernière valeur est {}</translation>
    </message>
    <message>
      <source>Nothing counted yet</source>
      <translation>Rien de compté pour l’instant</translation>
    </message>
  </context>
  <context>
    <name>MainWindow</name>
    <message>
      <source>Chest X-ray triage - research use only, not a medical device</source>
      <translation>Triage de radiographies thoraciques - recherche uniquement, pas un dispositif médical</translation>
    </message>
    <message>
      <source>Studies</source>
      <translation>Examens</translation>
    </message>
    <message>
      <source>Research use only - not a medical device</source>
      <translation>Recherche uniquement - pas un dispositif médical</translation>
    </message>
    <message>
      <source>Model {}   Operating point: {}</source>
      <translation>Modèle {}   Point de fonctionnement : {}</translation>
    </message>
    <message>
      <source>No model: studies are listed and shown, not scored</source>
      <translation>Aucun modèle : les examens sont listés et affichés, pas analysés</translation>
    </message>
    <message>
      <source>Open files</source>
      <translation>Ouvrir des fichiers</translation>
    </message>
    <message>
      <source>Open folder</source>
      <translation>Ouvrir un dossier</translation>
    </message>
    <message>
      <source>The first results are on their way.</source>
      <translation>Les premiers résultats arrivent.</translation>
    </message>
    <message>
      <source>This study holds no image.</source>
      <translation>Cet examen ne contient aucune image.</translation>
    </message>
    <message>
      <source>No study is found here.</source>
      <translation>Aucun examen trouvé ici.</translation>
    </message>
    <message>
      <source>Open files (Ctrl+O) or a folder (Ctrl+Shift+O) of DICOM images,
or drop them here.</source>
      <translation>Ouvrez des fichiers (Ctrl+O) ou un dossier (Ctrl+Maj+O) d’images DICOM,
ou déposez-les ici.</translation>
    </message>
  </context>
  <context>
    <name>Marking</name>
    <message>
      <source>The status was changed by {} since; it is left as it is.</source>
      <translation>Le statut a été modifié entre-temps par {} ; il reste tel quel.</translation>
    </message>
    <message>
      <source>{} has this study in progress since {}.</source>
      <translation>{} lit cet examen depuis {}.</translation>
    </message>
    <message>
      <source>The study is no longer in the worklist.</source>
      <translation>L’examen n’est plus dans la liste de travail.</translation>
    </message>
  </context>
  <context>
    <name>Marks</name>
    <message>
      <source>RESEARCH USE ONLY</source>
      <translation>RECHERCHE UNIQUEMENT</translation>
    </message>
    <message>
      <source>Lossy compressed</source>
      <translation>Compression avec perte</translation>
    </message>
    <message>
      <source>born {}</source>
      <translation>né(e) le {}</translation>
    </message>
    <message>
      <source>Name not given</source>
      <translation>Nom non indiqué</translation>
    </message>
    <message>
      <source>ID {}</source>
      <translation>ID {}</translation>
    </message>
    <message>
      <source>ID not given</source>
      <translation>ID non indiqué</translation>
    </message>
    <message>
      <source>Date not given</source>
      <translation>Date non indiquée</translation>
    </message>
    <message>
      <source>Laterality {}</source>
      <translation>Latéralité {}</translation>
    </message>
    <message>
      <source>Inverted</source>
      <translation>Inversé</translation>
    </message>
    <message>
      <source>Zoom {} %</source>
      <translation>Zoom {} %</translation>
    </message>
    <message>
      <source>FLIPPED - mirror image</source>
      <translation>INVERSÉ - image en miroir</translation>
    </message>
    <message>
      <source>Turned {}°</source>
      <translation>Tourné de {}°</translation>
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
      <translation>{} mm, calibré</translation>
    </message>
    <message>
      <source>{} mm at detector</source>
      <translation>{} mm au détecteur</translation>
    </message>
    <message>
      <source>{} mm on the film</source>
      <translation>{} mm sur le film</translation>
    </message>
    <message>
      <source>{} mm, plane not stated</source>
      <translation>{} mm, plan non précisé</translation>
    </message>
  </context>
  <context>
    <name>MessageBar</name>
    <message>
      <source>Message</source>
      <translation>Message</translation>
    </message>
    <message>
      <source>Dismiss</source>
      <translation>Masquer</translation>
    </message>
    <message>
      <source>Dismiss messages</source>
      <translation>Masquer les messages</translation>
    </message>
    <message>
      <source>All {} …</source>
      <translation>Tous les {} …</translation>
    </message>
    <message>
      <source>In full …</source>
      <translation>En entier …</translation>
    </message>
    <message>
      <source>Messages</source>
      <translation>Messages</translation>
    </message>
  </context>
  <context>
    <name>ModelCard</name>
    <message>
      <source>How often it is right and wrong</source>
      <translation>Combien de fois il a raison ou tort</translation>
    </message>
    <message>
      <source>What it does not know</source>
      <translation>Ce qu’il ne sait pas</translation>
    </message>
    <message>
      <source>Which images it reads</source>
      <translation>Quelles images il lit</translation>
    </message>
    <message>
      <source>Modalities: {}</source>
      <translation>Modalités : {}</translation>
    </message>
    <message>
      <source>Body parts: {}</source>
      <translation>Parties du corps : {}</translation>
    </message>
    <message>
      <source>Views: {}</source>
      <translation>Incidences : {}</translation>
    </message>
    <message>
      <source>At least {} x {} pixels</source>
      <translation>Au moins {} x {} pixels</translation>
    </message>
    <message>
      <source>Each image is resized to {} x {} pixels</source>
      <translation>Chaque image est ramenée à {} x {} pixels</translation>
    </message>
    <message>
      <source>Calibration</source>
      <translation>Calibration</translation>
    </message>
    <message>
      <source>Tests</source>
      <translation>Évaluations</translation>
    </message>
    <message>
      <source>Data</source>
      <translation>Données</translation>
    </message>
    <message>
      <source>{}, for {}: {} images of {} patients, {}</source>
      <translation>{}, pour {} : {} images de {} patients, {}</translation>
    </message>
    <message>
      <source>Identity</source>
      <translation>Identité</translation>
    </message>
    <message>
      <source>Made {}</source>
      <translation>Créé {}</translation>
    </message>
    <message>
      <source>Device UID {}</source>
      <translation>UID du dispositif {}</translation>
    </message>
    <message>
      <source>Run {}</source>
      <translation>Exécution {}</translation>
    </message>
    <message>
      <source>SHA-256 {}</source>
      <translation>SHA-256 {}</translation>
    </message>
    <message>
      <source>{}: used from {} to below {} years, trained on {} to {} years</source>
      <translation>{} : utilisé de {} à moins de {} ans, entraîné de {} à {} ans</translation>
    </message>
    <message>
      <source>Unknown age: read as {}</source>
      <translation>Âge inconnu : lu comme {}</translation>
    </message>
    <message>
      <source>Whom it reads apart</source>
      <translation>Qui il lit à part</translation>
    </message>
    <message>
      <source>None: the score orders images, and is no frequency of disease.</source>
      <translation>Aucune : le score ordonne les images et n’est pas une fréquence de maladie.</translation>
    </message>
    <message>
      <source>Operating point {}, flagged from {}: of 100 images with {} it misses about {}, of 100 without it flags about {}. Sensitivity {}, specificity {}, on {} (n = {}).</source>
      <translation>Point de fonctionnement {}, signalé dès {} : sur 100 images avec {}, il en manque environ {}, sur 100 sans, il en signale environ {}. Sensibilité {}, spécificité {}, sur {} (n = {}).</translation>
    </message>
  </context>
  <context>
    <name>ModelCardPage</name>
    <message>
      <source>About the model</source>
      <translation>À propos du modèle</translation>
    </message>
    <message>
      <source>Model card</source>
      <translation>Fiche du modèle</translation>
    </message>
  </context>
  <context>
    <name>ModelInputDialog</name>
    <message>
      <source>What the model saw</source>
      <translation>Ce que le modèle a vu</translation>
    </message>
    <message>
      <source>Input of the model</source>
      <translation>Entrée du modèle</translation>
    </message>
    <message>
      <source>Heatmap of the model, cell by cell</source>
      <translation>Carte de chaleur du modèle, cellule par cellule</translation>
    </message>
    <message>
      <source>Loading …</source>
      <translation>Chargement …</translation>
    </message>
    <message>
      <source>{} x {} pixels, resized by an antialiased {} filter.</source>
      <translation>{} x {} pixels, redimensionnés par un filtre {} anticrénelé.</translation>
    </message>
    <message>
      <source>The whole image is stretched to this shape; its proportions are not kept.</source>
      <translation>Toute l’image est étirée à cette forme ; ses proportions ne sont pas conservées.</translation>
    </message>
    <message>
      <source>Not scored: {}</source>
      <translation>Sans score : {}</translation>
    </message>
    <message>
      <source>This is what the model would have been given.</source>
      <translation>Voici ce que le modèle aurait reçu.</translation>
    </message>
    <message>
      <source>Its heatmap has {} x {} cells; more detail than that it cannot show.</source>
      <translation>Sa carte de chaleur a {} x {} cellules ; elle ne peut montrer plus de détail.</translation>
    </message>
  </context>
  <context>
    <name>NetworkDialog</name>
    <message>
      <source>Network</source>
      <translation>Réseau</translation>
    </message>
    <message>
      <source>Receive studies while the window is open</source>
      <translation>Recevoir des examens tant que la fenêtre est ouverte</translation>
    </message>
    <message>
      <source>127.0.0.1 is this machine only; 0.0.0.0 is the network</source>
      <translation>127.0.0.1 : cette machine seulement ; 0.0.0.0 : le réseau</translation>
    </message>
    <message>
      <source>Other systems</source>
      <translation>Autres systèmes</translation>
    </message>
    <message>
      <source>Add</source>
      <translation>Ajouter</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Retirer</translation>
    </message>
    <message>
      <source>Test</source>
      <translation>Tester</translation>
    </message>
    <message>
      <source>A token can be kept only beside a settings file; there is none.</source>
      <translation>Un jeton ne peut être gardé qu'à côté d'un fichier de réglages ; il n'y en a pas.</translation>
    </message>
    <message>
      <source>{}: this name is taken; choose another.</source>
      <translation>{} : ce nom est déjà pris ; choisissez-en un autre.</translation>
    </message>
    <message>
      <source>new</source>
      <translation>nouveau</translation>
    </message>
    <message>
      <source>{} is asked …</source>
      <translation>{} est interrogé …</translation>
    </message>
    <message>
      <source>{} answers: {}</source>
      <translation>{} répond : {}</translation>
    </message>
    <message>
      <source>Reception</source>
      <translation>Réception</translation>
    </message>
    <message>
      <source>AE title</source>
      <translation>AE Title</translation>
    </message>
    <message>
      <source>Listens on</source>
      <translation>Écoute sur</translation>
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
      <translation>Chargement …</translation>
    </message>
    <message>
      <source>This image cannot be shown.

{}</source>
      <translation>Cette image ne peut pas être affichée.

{}</translation>
    </message>
    <message>
      <source>Image {} of {}</source>
      <translation>Image {} sur {}</translation>
    </message>
    <message>
      <source>Frame {} of {}</source>
      <translation>Vue {} sur {}</translation>
    </message>
    <message>
      <source>No heatmap: score below operating point</source>
      <translation>Pas de carte de chaleur : score sous le seuil</translation>
    </message>
    <message>
      <source>MOST HEAT OUTSIDE THE CHEST - do not trust</source>
      <translation>CHALEUR SURTOUT HORS DU THORAX - ne pas s'y fier</translation>
    </message>
    <message>
      <source>Life size at detector</source>
      <translation>Grandeur nature au détecteur</translation>
    </message>
    <message>
      <source>Life size</source>
      <translation>Grandeur nature</translation>
    </message>
    <message>
      <source>padding</source>
      <translation>remplissage</translation>
    </message>
    <message>
      <source>x {}  y {}  value {}</source>
      <translation>x {}  y {}  valeur {}</translation>
    </message>
  </context>
  <context>
    <name>PeerForm</name>
    <message>
      <source>Encrypt, and check the certificate</source>
      <translation>Chiffrer et vérifier le certificat</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Nom</translation>
    </message>
    <message>
      <source>AE title</source>
      <translation>AE Title</translation>
    </message>
    <message>
      <source>Host</source>
      <translation>Hôte</translation>
    </message>
    <message>
      <source>Port</source>
      <translation>Port</translation>
    </message>
    <message>
      <source>DICOMweb URL</source>
      <translation>URL DICOMweb</translation>
    </message>
    <message>
      <source>Token of DICOMweb</source>
      <translation>Jeton DICOMweb</translation>
    </message>
    <message>
      <source>TLS</source>
      <translation>TLS</translation>
    </message>
    <message>
      <source>Authorities (PEM)</source>
      <translation>Autorités (PEM)</translation>
    </message>
    <message>
      <source>Our certificate (PEM)</source>
      <translation>Notre certificat (PEM)</translation>
    </message>
    <message>
      <source>Our key (PEM)</source>
      <translation>Notre clé (PEM)</translation>
    </message>
    <message>
      <source>kept as it is</source>
      <translation>reste tel quel</translation>
    </message>
    <message>
      <source>none; kept in a file of its own</source>
      <translation>aucun ; gardé dans un fichier à part</translation>
    </message>
    <message>
      <source>Choose a file</source>
      <translation>Choisir un fichier</translation>
    </message>
  </context>
  <context>
    <name>Prior</name>
    <message>
      <source>the same day</source>
      <translation>le même jour</translation>
    </message>
    <message>
      <source>{} d before</source>
      <translation>{} j avant</translation>
    </message>
    <message>
      <source>{} months before</source>
      <translation>{} mois avant</translation>
    </message>
    <message>
      <source>{} years before</source>
      <translation>{} ans avant</translation>
    </message>
    <message>
      <source>PRIOR of {}</source>
      <translation>ANTÉRIEUR du {}</translation>
    </message>
    <message>
      <source>PRIOR</source>
      <translation>ANTÉRIEUR</translation>
    </message>
    <message>
      <source>Prior {} of {}</source>
      <translation>Antérieur {} sur {}</translation>
    </message>
    <message>
      <source>{} then, {} now</source>
      <translation>{} alors, {} maintenant</translation>
    </message>
    <message>
      <source>Score {} then ({}), {} now ({})</source>
      <translation>Score {} alors ({}), {} maintenant ({})</translation>
    </message>
    <message>
      <source>The patient's name differs; check the identity.</source>
      <translation>Le nom du patient diffère ; vérifiez l’identité.</translation>
    </message>
    <message>
      <source>The patient's sex differs; check the identity.</source>
      <translation>Le sexe du patient diffère ; vérifiez l’identité.</translation>
    </message>
    <message>
      <source>A birth date is missing; the same patient by ID only.</source>
      <translation>Une date de naissance manque ; même patient par l’ID seulement.</translation>
    </message>
    <message>
      <source>The models differ: the prior was scored by {} ({}) and not by {}; the scores cannot be compared.</source>
      <translation>Les modèles diffèrent : l’examen antérieur a été analysé par {} ({}) et non par {} ; les scores ne sont pas comparables.</translation>
    </message>
    <message>
      <source>The prior was not processed.</source>
      <translation>L’examen antérieur n’a pas été traité.</translation>
    </message>
    <message>
      <source>The prior has no result by this model.</source>
      <translation>L’examen antérieur n’a pas de résultat de ce modèle.</translation>
    </message>
    <message>
      <source>Read as {} then and as {} now, by different parts of the model; the scores cannot be compared.</source>
      <translation>Lu comme {} alors et comme {} maintenant, par des parties différentes du modèle ; les scores ne sont pas comparables.</translation>
    </message>
    <message>
      <source>all ages</source>
      <translation>tous les âges</translation>
    </message>
    <message>
      <source>Flagged at different operating points: {} then, {} now.</source>
      <translation>Signalé à des points de fonctionnement différents : {} alors, {} maintenant.</translation>
    </message>
  </context>
  <context>
    <name>ProgressLine</name>
    <message>
      <source>Scoring</source>
      <translation>Analyse</translation>
    </message>
    <message>
      <source>{} of {} files</source>
      <translation>{} fichiers sur {}</translation>
    </message>
    <message>
      <source>{}/s</source>
      <translation>{}/s</translation>
    </message>
    <message>
      <source>{} failed</source>
      <translation>{} en échec</translation>
    </message>
  </context>
  <context>
    <name>Reasons</name>
    <message>
      <source>finding missed</source>
      <translation>lésion manquée</translation>
    </message>
    <message>
      <source>no finding there</source>
      <translation>aucune lésion à cet endroit</translation>
    </message>
    <message>
      <source>other finding</source>
      <translation>autre lésion</translation>
    </message>
    <message>
      <source>artefact or device</source>
      <translation>artefact ou dispositif</translation>
    </message>
    <message>
      <source>poor image</source>
      <translation>image de mauvaise qualité</translation>
    </message>
  </context>
  <context>
    <name>ReceptionLight</name>
    <message>
      <source>Not receiving</source>
      <translation>Pas de réception</translation>
    </message>
    <message>
      <source>Reception starts …</source>
      <translation>La réception démarre …</translation>
    </message>
    <message>
      <source>Reception ends …</source>
      <translation>La réception se termine …</translation>
    </message>
    <message>
      <source>Cannot receive</source>
      <translation>Réception impossible</translation>
    </message>
    <message>
      <source>Receiving as {}, port {}</source>
      <translation>Réception en tant que {}, port {}</translation>
    </message>
    <message>
      <source>{:,} instances</source>
      <translation>{:,} instances</translation>
    </message>
    <message>
      <source>{:,} instances received, {:,} refused</source>
      <translation>{:,} instances reçues, {:,} refusées</translation>
    </message>
    <message>
      <source>{:,} results sent, {:,} given up</source>
      <translation>{:,} résultats envoyés, {:,} abandonnés</translation>
    </message>
  </context>
  <context>
    <name>ResultPage</name>
    <message>
      <source>Result of a chest X-ray triage</source>
      <translation>Résultat d’un triage de radiographie thoracique</translation>
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
      <translation>Âge/sexe</translation>
    </message>
    <message>
      <source>Study date</source>
      <translation>Date de l’examen</translation>
    </message>
    <message>
      <source>Description</source>
      <translation>Description</translation>
    </message>
    <message>
      <source>Accession</source>
      <translation>N° d’accès</translation>
    </message>
    <message>
      <source>Status</source>
      <translation>Statut</translation>
    </message>
    <message>
      <source>AI result</source>
      <translation>Résultat IA</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>Score</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modèle</translation>
    </message>
    <message>
      <source>{}, flagged from {}</source>
      <translation>{}, signalé dès {}</translation>
    </message>
    <message>
      <source>Operating point</source>
      <translation>Point de fonctionnement</translation>
    </message>
    <message>
      <source>Reader's verdict</source>
      <translation>Avis du lecteur</translation>
    </message>
    <message>
      <source>Written {}.</source>
      <translation>Écrit {}.</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Image</translation>
    </message>
    <message>
      <source>View</source>
      <translation>Incidence</translation>
    </message>
    <message>
      <source>Result</source>
      <translation>Résultat</translation>
    </message>
    <message>
      <source>Remarks</source>
      <translation>Remarques</translation>
    </message>
    <message>
      <source>Research use only - not a medical device. A study that is not flagged may still hold a finding; this page replaces no reading by a radiologist.</source>
      <translation>Recherche uniquement - pas un dispositif médical. Un examen non signalé peut contenir une anomalie ; cette page ne remplace pas la lecture par un radiologue.</translation>
    </message>
  </context>
  <context>
    <name>ResultPanel</name>
    <message>
      <source>Result</source>
      <translation>Résultat</translation>
    </message>
    <message>
      <source>No study chosen</source>
      <translation>Aucun examen choisi</translation>
    </message>
    <message>
      <source>No model, no result.</source>
      <translation>Pas de modèle, pas de résultat.</translation>
    </message>
    <message>
      <source>Probability of {}</source>
      <translation>Probabilité de {}</translation>
    </message>
    <message>
      <source>{}, the highest of {} images</source>
      <translation>{}, la plus élevée de {} images</translation>
    </message>
    <message>
      <source>Operating point {}: sensitivity {}, specificity {} ({}, n = {})</source>
      <translation>Point de fonctionnement {} : sensibilité {}, spécificité {} ({}, n = {})</translation>
    </message>
    <message>
      <source>Not scored: {}</source>
      <translation>Sans score : {}</translation>
    </message>
    <message>
      <source>Model {}</source>
      <translation>Modèle {}</translation>
    </message>
    <message>
      <source>Read as {}, by the patient's age of {}</source>
      <translation>Lu comme {}, d'après l'âge de {}</translation>
    </message>
    <message>
      <source>Read as {}: the age is not stated</source>
      <translation>Lu comme {} : l'âge n'est pas indiqué</translation>
    </message>
    <message>
      <source>Calibration: {}</source>
      <translation>Calibration : {}</translation>
    </message>
    <message>
      <source>Not calibrated: the score orders images, it is no frequency of disease.</source>
      <translation>Non calibré : le score ordonne les images, ce n’est pas une fréquence de maladie.</translation>
    </message>
    <message>
      <source>Bracket: scores and frequency differed by {} on average in {}</source>
      <translation>Crochets : scores et fréquence différaient de {} en moyenne dans {}</translation>
    </message>
    <message>
      <source>This image drives the result of the study.</source>
      <translation>Cette image détermine le résultat de l’examen.</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Image</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>Score</translation>
    </message>
    <message>
      <source>Remarks</source>
      <translation>Remarques</translation>
    </message>
    <message>
      <source>Images of the study</source>
      <translation>Images de l’examen</translation>
    </message>
  </context>
  <context>
    <name>ResultPrintDialog</name>
    <message>
      <source>Print the result</source>
      <translation>Imprimer le résultat</translation>
    </message>
  </context>
  <context>
    <name>RuleList</name>
    <message>
      <source>Done by itself</source>
      <translation>Se fait automatiquement</translation>
    </message>
    <message>
      <source>What</source>
      <translation>Quoi</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Nom</translation>
    </message>
    <message>
      <source>Other system</source>
      <translation>Autre système</translation>
    </message>
    <message>
      <source>How</source>
      <translation>Comment</translation>
    </message>
    <message>
      <source>Rules and destinations</source>
      <translation>Règles et destinations</translation>
    </message>
    <message>
      <source>There is no settings file; what is changed holds for this session.</source>
      <translation>Il n'y a pas de fichier de réglages ; les modifications valent pour cette session.</translation>
    </message>
    <message>
      <source>Open the settings file</source>
      <translation>Ouvrir le fichier de réglages</translation>
    </message>
    <message>
      <source>Fetch studies</source>
      <translation>Récupérer des examens</translation>
    </message>
    <message>
      <source>Ask a modality worklist</source>
      <translation>Interroger une liste de travail</translation>
    </message>
    <message>
      <source>Send results</source>
      <translation>Envoyer les résultats</translation>
    </message>
    <message>
      <source>when asked</source>
      <translation>sur demande</translation>
    </message>
    <message>
      <source>nothing</source>
      <translation>rien</translation>
    </message>
    <message>
      <source>every {} s</source>
      <translation>toutes les {} s</translation>
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
      <translation>aucun</translation>
    </message>
    <message>
      <source>flagged from {}</source>
      <translation>signalé dès {}</translation>
    </message>
  </context>
  <context>
    <name>SearchDialog</name>
    <message>
      <source>Search archives</source>
      <translation>Rechercher dans les archives</translation>
    </message>
    <message>
      <source>such as DOE*</source>
      <translation>par exemple DOE*</translation>
    </message>
    <message>
      <source>today, yesterday, 2026-03-01, 2026-03-01..2026-03-07</source>
      <translation>today, yesterday, 2026-03-01, 2026-03-01..2026-03-07</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Rechercher</translation>
    </message>
    <message>
      <source>Fetch chosen studies</source>
      <translation>Récupérer les examens choisis</translation>
    </message>
    <message>
      <source>Stop</source>
      <translation>Arrêter</translation>
    </message>
    <message>
      <source>The settings name no other system; add one under File, Network.</source>
      <translation>Les réglages ne nomment aucun autre système ; ajoutez-en un sous Fichier, Réseau.</translation>
    </message>
    <message>
      <source>{} is asked …</source>
      <translation>{} est interrogé …</translation>
    </message>
    <message>
      <source>{:,} studies found</source>
      <translation>{:,} examens trouvés</translation>
    </message>
    <message>
      <source>{:,} studies are fetched …</source>
      <translation>{:,} examens sont récupérés …</translation>
    </message>
    <message>
      <source>waits</source>
      <translation>en attente</translation>
    </message>
    <message>
      <source>{:,} images</source>
      <translation>{:,} images</translation>
    </message>
    <message>
      <source>{:,} images, {:,} left out or failed</source>
      <translation>{:,} images, {:,} omises ou en échec</translation>
    </message>
    <message>
      <source>All chosen studies have come.</source>
      <translation>Tous les examens choisis sont arrivés.</translation>
    </message>
    <message>
      <source>It stops …</source>
      <translation>Arrêt en cours …</translation>
    </message>
    <message>
      <source>The search was given up.</source>
      <translation>La recherche a été abandonnée.</translation>
    </message>
    <message>
      <source>C-FIND and C-GET</source>
      <translation>C-FIND et C-GET</translation>
    </message>
    <message>
      <source>C-FIND and C-MOVE</source>
      <translation>C-FIND et C-MOVE</translation>
    </message>
    <message>
      <source>DICOMweb</source>
      <translation>DICOMweb</translation>
    </message>
    <message>
      <source>Archive</source>
      <translation>Archive</translation>
    </message>
    <message>
      <source>Patient's name</source>
      <translation>Nom du patient</translation>
    </message>
    <message>
      <source>Patient ID</source>
      <translation>ID du patient</translation>
    </message>
    <message>
      <source>Accession number</source>
      <translation>Numéro d'accès</translation>
    </message>
    <message>
      <source>Date</source>
      <translation>Date</translation>
    </message>
    <message>
      <source>Modalities</source>
      <translation>Modalités</translation>
    </message>
    <message>
      <source>Way of asking</source>
      <translation>Mode d'interrogation</translation>
    </message>
    <message>
      <source>Studies found</source>
      <translation>Examens trouvés</translation>
    </message>
  </context>
  <context>
    <name>SearchResults</name>
    <message>
      <source>Date</source>
      <translation>Date</translation>
    </message>
    <message>
      <source>Modality</source>
      <translation>Modalité</translation>
    </message>
    <message>
      <source>Patient</source>
      <translation>Patient</translation>
    </message>
    <message>
      <source>Patient ID</source>
      <translation>ID du patient</translation>
    </message>
    <message>
      <source>Accession</source>
      <translation>Accès</translation>
    </message>
    <message>
      <source>Description</source>
      <translation>Description</translation>
    </message>
    <message>
      <source>Images</source>
      <translation>Images</translation>
    </message>
    <message>
      <source>State</source>
      <translation>État</translation>
    </message>
  </context>
  <context>
    <name>SendingDialog</name>
    <message>
      <source>What is being sent</source>
      <translation>Envois en cours</translation>
    </message>
    <message>
      <source>Destination</source>
      <translation>Destination</translation>
    </message>
    <message>
      <source>State</source>
      <translation>État</translation>
    </message>
    <message>
      <source>Attempts</source>
      <translation>Tentatives</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Raison</translation>
    </message>
    <message>
      <source>SOP Instance UID</source>
      <translation>SOP Instance UID</translation>
    </message>
    <message>
      <source>Deliveries</source>
      <translation>Envois</translation>
    </message>
    <message>
      <source>Send again what was given up</source>
      <translation>Renvoyer ce qui a été abandonné</translation>
    </message>
    <message>
      <source>Look again</source>
      <translation>Relire</translation>
    </message>
    <message>
      <source>{:,} wait or are under way, {:,} were given up</source>
      <translation>{:,} en attente ou en cours, {:,} abandonnés</translation>
    </message>
    <message>
      <source>waits</source>
      <translation>en attente</translation>
    </message>
    <message>
      <source>is being sent</source>
      <translation>en cours d'envoi</translation>
    </message>
    <message>
      <source>stored, not yet committed to</source>
      <translation>stocké, engagement pas encore reçu</translation>
    </message>
    <message>
      <source>delivered</source>
      <translation>remis</translation>
    </message>
    <message>
      <source>given up</source>
      <translation>abandonné</translation>
    </message>
  </context>
  <context>
    <name>SettingsDialog</name>
    <message>
      <source>Settings</source>
      <translation>Réglages</translation>
    </message>
    <message>
      <source>the name of the operating system's user</source>
      <translation>le nom de l’utilisateur du système</translation>
    </message>
    <message>
      <source>Reader aid: flag, score and heatmap</source>
      <translation>Aide à la lecture : signalement, score et carte de chaleur</translation>
    </message>
    <message>
      <source>Triage only: flag, no score, no heatmap</source>
      <translation>Triage seul : signalement, ni score ni carte de chaleur</translation>
    </message>
    <message>
      <source>Readers may not change it</source>
      <translation>Les lecteurs ne peuvent pas le changer</translation>
    </message>
    <message>
      <source>Unread studies rise after</source>
      <translation>Les examens non lus remontent après</translation>
    </message>
    <message>
      <source> min</source>
      <translation> min</translation>
    </message>
    <message>
      <source>Maximum wait in minutes</source>
      <translation>Attente maximale en minutes</translation>
    </message>
    <message>
      <source>New studies enter the list while nobody's hand is on it</source>
      <translation>Les nouveaux examens entrent dans la liste quand personne ne la manipule</translation>
    </message>
    <message>
      <source>Window</source>
      <translation>Fenêtre</translation>
    </message>
    <message>
      <source>Zoom</source>
      <translation>Zoom</translation>
    </message>
    <message>
      <source>Pan</source>
      <translation>Déplacer</translation>
    </message>
    <message>
      <source>Scroll</source>
      <translation>Défiler</translation>
    </message>
    <message>
      <source>Zoom; with Ctrl scroll</source>
      <translation>Zoom ; avec Ctrl défiler</translation>
    </message>
    <message>
      <source>Scroll; with Ctrl zoom</source>
      <translation>Défiler ; avec Ctrl zoom</translation>
    </message>
    <message>
      <source>Reception, other systems, rules, destinations …</source>
      <translation>Réception, autres systèmes, règles, destinations …</translation>
    </message>
    <message>
      <source>Add a model</source>
      <translation>Ajouter un modèle</translation>
    </message>
    <message>
      <source>Watch a folder</source>
      <translation>Surveiller un dossier</translation>
    </message>
    <message>
      <source>Reader</source>
      <translation>Lecteur</translation>
    </message>
    <message>
      <source>Language (from the next start on)</source>
      <translation>Langue (au prochain démarrage)</translation>
    </message>
    <message>
      <source>Reading mode</source>
      <translation>Mode de lecture</translation>
    </message>
    <message>
      <source>Longest wait</source>
      <translation>Attente maximale</translation>
    </message>
    <message>
      <source>Stand first, in this order</source>
      <translation>En premier, dans cet ordre</translation>
    </message>
    <message>
      <source>Arrivals</source>
      <translation>Arrivées</translation>
    </message>
    <message>
      <source>Dragging with the right button</source>
      <translation>Glisser avec le bouton droit</translation>
    </message>
    <message>
      <source>Dragging with the middle button</source>
      <translation>Glisser avec le bouton du milieu</translation>
    </message>
    <message>
      <source>Mouse wheel</source>
      <translation>Molette</translation>
    </message>
    <message>
      <source>Reasons of a verdict</source>
      <translation>Motifs d’un avis</translation>
    </message>
    <message>
      <source>Watched folders</source>
      <translation>Dossiers surveillés</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modèle</translation>
    </message>
    <message>
      <source>Seconds until a file is given up</source>
      <translation>Secondes avant d’abandonner un fichier</translation>
    </message>
    <message>
      <source>Network</source>
      <translation>Réseau</translation>
    </message>
    <message>
      <source>Add …</source>
      <translation>Ajouter …</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Retirer</translation>
    </message>
  </context>
  <context>
    <name>Statistics</name>
    <message>
      <source>Group</source>
      <translation>Groupe</translation>
    </message>
    <message>
      <source>Studies</source>
      <translation>Examens</translation>
    </message>
    <message>
      <source>Flag rate</source>
      <translation>Taux de signalement</translation>
    </message>
    <message>
      <source>Mean score</source>
      <translation>Score moyen</translation>
    </message>
    <message>
      <source>Agreement</source>
      <translation>Accord</translation>
    </message>
    <message>
      <source>Positive predictive value</source>
      <translation>Valeur prédictive positive</translation>
    </message>
    <message>
      <source>Unsure</source>
      <translation>Incertain</translation>
    </message>
    <message>
      <source>Not processed</source>
      <translation>Non traités</translation>
    </message>
    <message>
      <source>{} of {}</source>
      <translation>{} sur {}</translation>
    </message>
  </context>
  <context>
    <name>StatisticsPage</name>
    <message>
      <source>Statistics</source>
      <translation>Statistiques</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modèle</translation>
    </message>
    <message>
      <source>Scanner</source>
      <translation>Appareil</translation>
    </message>
    <message>
      <source>Flag rate</source>
      <translation>Taux de signalement</translation>
    </message>
    <message>
      <source>Mean score</source>
      <translation>Score moyen</translation>
    </message>
    <message>
      <source>Agreement of readers</source>
      <translation>Accord des lecteurs</translation>
    </message>
    <message>
      <source>Positive predictive value, by readers</source>
      <translation>Valeur prédictive positive, selon les lecteurs</translation>
    </message>
    <message>
      <source>Figures</source>
      <translation>Chiffres</translation>
    </message>
    <message>
      <source>Agreement and predictive value count results that readers agreed or disagreed with; bands are 95 % intervals. A change of the flag rate or the score may come from other patients as well as from the model.</source>
      <translation>L’accord et la valeur prédictive comptent les résultats que les lecteurs ont approuvés ou rejetés ; les bandes sont des intervalles à 95 %. Un changement du taux ou du score peut venir d’autres patients autant que du modèle.</translation>
    </message>
    <message>
      <source>Save as CSV …</source>
      <translation>Enregistrer en CSV …</translation>
    </message>
    <message>
      <source>All models</source>
      <translation>Tous les modèles</translation>
    </message>
    <message>
      <source>All scanners</source>
      <translation>Tous les appareils</translation>
    </message>
    <message>
      <source>unknown scanner</source>
      <translation>appareil inconnu</translation>
    </message>
    <message>
      <source>All</source>
      <translation>Tous</translation>
    </message>
    <message>
      <source>By model</source>
      <translation>Par modèle</translation>
    </message>
    <message>
      <source>By scanner</source>
      <translation>Par appareil</translation>
    </message>
    <message>
      <source>By week</source>
      <translation>Par semaine</translation>
    </message>
    <message>
      <source>Save the figures as CSV</source>
      <translation>Enregistrer les chiffres en CSV</translation>
    </message>
    <message>
      <source>{}: cannot be written ({}).</source>
      <translation>{} : ne peut pas être écrit ({}).</translation>
    </message>
  </context>
  <context>
    <name>VerdictBar</name>
    <message>
      <source>The AI result:</source>
      <translation>Le résultat de l’IA :</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Motif</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>Note</translation>
    </message>
    <message>
      <source>no reason</source>
      <translation>sans motif</translation>
    </message>
  </context>
  <context>
    <name>ViewerPanel</name>
    <message>
      <source>Choose a study in the list.</source>
      <translation>Choisissez un examen dans la liste.</translation>
    </message>
    <message>
      <source>Radiograph to compare with</source>
      <translation>Radiographie de comparaison</translation>
    </message>
  </context>
  <context>
    <name>ViewerWindow</name>
    <message>
      <source>Images - research use only, not a medical device</source>
      <translation>Images - recherche uniquement, pas un dispositif médical</translation>
    </message>
  </context>
  <context>
    <name>Wording</name>
    <message>
      <source>The model was trained on patients of another age.</source>
      <translation>Le modèle a été entraîné sur des patients d'un autre âge.</translation>
    </message>
    <message>
      <source>Age not stated; the model was trained on certain ages only.</source>
      <translation>Âge non indiqué ; le modèle n'a été entraîné que sur certains âges.</translation>
    </message>
    <message>
      <source>View not stated; read as frontal.</source>
      <translation>Incidence non indiquée ; lue comme frontale.</translation>
    </message>
    <message>
      <source>Body part not stated; read as a chest.</source>
      <translation>Région non indiquée ; lue comme thorax.</translation>
    </message>
    <message>
      <source>Most of the heat lies outside the chest: do not trust this heatmap.</source>
      <translation>La plus grande part de la carte de chaleur est hors du thorax : ne pas s'y fier.</translation>
    </message>
    <message>
      <source>flagged</source>
      <translation>signalé</translation>
    </message>
    <message>
      <source>not flagged</source>
      <translation>non signalé</translation>
    </message>
    <message>
      <source>not processed</source>
      <translation>non traité</translation>
    </message>
    <message>
      <source>waiting</source>
      <translation>en attente</translation>
    </message>
    <message>
      <source>unread</source>
      <translation>non lu</translation>
    </message>
    <message>
      <source>in progress</source>
      <translation>en cours</translation>
    </message>
    <message>
      <source>reviewed</source>
      <translation>examiné</translation>
    </message>
    <message>
      <source>dictated</source>
      <translation>dicté</translation>
    </message>
    <message>
      <source>validated</source>
      <translation>validé</translation>
    </message>
    <message>
      <source>cancelled</source>
      <translation>annulé</translation>
    </message>
    <message>
      <source>not a DICOM file</source>
      <translation>pas un fichier DICOM</translation>
    </message>
    <message>
      <source>holds no image</source>
      <translation>ne contient pas d’image</translation>
    </message>
    <message>
      <source>not a radiograph (SOP class)</source>
      <translation>pas une radiographie (classe SOP)</translation>
    </message>
    <message>
      <source>other modality</source>
      <translation>autre modalité</translation>
    </message>
    <message>
      <source>other body part</source>
      <translation>autre partie du corps</translation>
    </message>
    <message>
      <source>not a frontal view</source>
      <translation>pas une vue de face</translation>
    </message>
    <message>
      <source>age outside the model's range</source>
      <translation>âge hors de la plage du modèle</translation>
    </message>
    <message>
      <source>age not known</source>
      <translation>âge inconnu</translation>
    </message>
    <message>
      <source>image too small</source>
      <translation>image trop petite</translation>
    </message>
    <message>
      <source>several frames</source>
      <translation>plusieurs vues</translation>
    </message>
    <message>
      <source>not a grey image</source>
      <translation>pas une image en gris</translation>
    </message>
    <message>
      <source>does not look like a chest</source>
      <translation>ne ressemble pas à un thorax</translation>
    </message>
    <message>
      <source>duplicate</source>
      <translation>doublon</translation>
    </message>
    <message>
      <source>unreadable</source>
      <translation>illisible</translation>
    </message>
    <message>
      <source>file cut short</source>
      <translation>fichier tronqué</translation>
    </message>
    <message>
      <source>cannot be decoded</source>
      <translation>ne peut pas être décodé</translation>
    </message>
    <message>
      <source>faulty pixel data</source>
      <translation>données de pixels défectueuses</translation>
    </message>
    <message>
      <source>the model failed</source>
      <translation>le modèle a échoué</translation>
    </message>
    <message>
      <source>too large for memory</source>
      <translation>trop grand pour la mémoire</translation>
    </message>
    <message>
      <source>took too long</source>
      <translation>a pris trop de temps</translation>
    </message>
    <message>
      <source>failed</source>
      <translation>en échec</translation>
    </message>
    <message>
      <source>{}, flagged from {}</source>
      <translation>{}, signalé dès {}</translation>
    </message>
    <message>
      <source>{} d</source>
      <translation>{} j</translation>
    </message>
    <message>
      <source>{} m</source>
      <translation>{} m</translation>
    </message>
    <message>
      <source>{} y</source>
      <translation>{} a</translation>
    </message>
    <message>
      <source>{} d {} h</source>
      <translation>{} j {} h</translation>
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
      <translation>en retard</translation>
    </message>
    <message>
      <source>{} (received)</source>
      <translation>{} (reçu)</translation>
    </message>
    <message>
      <source>Requested as {} by the worklist of {}: stands before all others. Oldest first; of {}.</source>
      <translation>Demandé comme {} par la liste de travail de {} : avant tous les autres. Le plus ancien d’abord ; du {}.</translation>
    </message>
    <message>
      <source>Requested as {}: stands before all others. Oldest first; of {}.</source>
      <translation>Demandé comme {} : avant tous les autres. Le plus ancien d’abord ; du {}.</translation>
    </message>
    <message>
      <source>Has waited {}, the limit is {}: stands before all that have not, whatever the result. Oldest first; of {}.</source>
      <translation>Attend depuis {}, la limite est {} : avant tous ceux qui attendent moins, quel que soit le résultat. Le plus ancien d’abord ; du {}.</translation>
    </message>
    <message>
      <source>Flagged: stands before all others.</source>
      <translation>Signalé : avant tous les autres.</translation>
    </message>
    <message>
      <source>An image failed or still waits: stands after the flagged.</source>
      <translation>Une image a échoué ou attend encore : après les signalés.</translation>
    </message>
    <message>
      <source>Not flagged: stands after flagged and failed studies.</source>
      <translation>Non signalé : après les examens signalés ou en échec.</translation>
    </message>
    <message>
      <source>No image for this model: stands last.</source>
      <translation>Aucune image pour ce modèle : en dernier.</translation>
    </message>
    <message>
      <source>Oldest first; this one is of {}.</source>
      <translation>Le plus ancien d’abord ; celui-ci est du {}.</translation>
    </message>
  </context>
  <context>
    <name>Worklist</name>
    <message>
      <source>Priority</source>
      <translation>Priorité</translation>
    </message>
    <message>
      <source>AI result</source>
      <translation>Résultat IA</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>Score</translation>
    </message>
    <message>
      <source>Status</source>
      <translation>Statut</translation>
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
      <translation>Âge/sexe</translation>
    </message>
    <message>
      <source>Study date</source>
      <translation>Date de l’examen</translation>
    </message>
    <message>
      <source>Waiting</source>
      <translation>Attente</translation>
    </message>
    <message>
      <source>Description</source>
      <translation>Description</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Motif</translation>
    </message>
    <message>
      <source>Images</source>
      <translation>Images</translation>
    </message>
    <message>
      <source>Mod.</source>
      <translation>Mod.</translation>
    </message>
    <message>
      <source>Accession</source>
      <translation>N° d’accès</translation>
    </message>
    <message>
      <source>Reader</source>
      <translation>Lecteur</translation>
    </message>
    <message>
      <source>Picture</source>
      <translation>Image</translation>
    </message>
    <message>
      <source>Other files in {}</source>
      <translation>Autres fichiers dans {}</translation>
    </message>
  </context>
  <context>
    <name>WorklistView</name>
    <message>
      <source>Worklist</source>
      <translation>Liste de travail</translation>
    </message>
  </context>
</TS>
